# ruff: noqa: E501 (a passage is one row)
"""Constructions of the press, kind by kind: who is given which words, and where nobody is.

A row is a passage with what is expected in it: (kind, words, speaker) or (kind, words, speaker, organisation). The kind is
direct, fragment or indirect, the words without their last stop, None where either is a matter of taste. A speaker that
begins with ~ is one without a name: no name is given, and `mention` or `role` holds the words. "" is nobody, ! anybody but
this one. Further statements are allowed only where the row ends in MORE. All persons and bodies but national ones are
invented.
"""

import pytest

from stance.articles.reading import Article
from stance.statements.finding import Statement, find_statements

MORE = "more"
DIRECT, FRAGMENT, INDIRECT = "direct", "fragment", "indirect"


def limit(reason, *case):
    """A case that is known to fail; it shouts when it is mended."""
    return pytest.param(*case, marks=pytest.mark.xfail(strict=True, reason=reason))


ACCORDING_TO = [
    limit("one quoted word before a noun, and clauses of two words before a source, are left out", "According to Una Petrie’s former teacher, the pupil had “astonishing” marks and “was the best he ever had”. Mrs Orr leads by six points, according to the exit polls. Sales fell, according to Home Office figures.", [(FRAGMENT, "astonishing", "~teacher"), (FRAGMENT, "was the best he ever had", "~teacher"), (INDIRECT, "Mrs Orr leads by six points", "~exit polls"), (INDIRECT, "Sales fell", "~Home Office figures")], "acc1"),
    ("Rule nine applies “when a member gives false figures to the clerk,” according to the Comet. The firm is “close to ruin”, according to two people familiar with the talks.", [(None, "when a member gives false figures to the clerk", "~Comet"), (FRAGMENT, "close to ruin", "~two people")], "acc2"),
    limit("a newspaper in a compound is taken for the source", "Ms Petrie leads by four points, according to a Comet/Radio Nine poll published on Sunday. The cost doubled, according to an Orrin Council memo.", [(INDIRECT, "Ms Petrie leads by four points", "~poll", "Comet"), (INDIRECT, "The cost doubled", "~memo", "Orrin Council")], "acc3"),
    ("According to Radio Nine, her spokesman Jesse Lorne said on Friday that she “would sign it at once”.", [(FRAGMENT, "would sign it at once", "Jesse Lorne")], "duo2"),
]  # fmt: skip

CLAUSES_BEFORE_AND_BEHIND = [
    ("Ann Ray rejected Tom Leckie’s claim that the targets were “arbitrary and unfair to all”.", [(FRAGMENT, "arbitrary and unfair to all", "Tom Leckie")], "claim1"),
    ("When Priya Nandra noted that the clinic had closed twice, Tom Leckie boasted: “We kept every nurse.”", [(DIRECT, "We kept every nurse", "Tom Leckie"), (INDIRECT, "the clinic had closed twice", "Priya Nandra")], "after1"),
    limit("a pronoun subject inside a relative clause is preferred to the clause behind the quotation", "The letter also set out the effect it said the closure would have on patients: “Forty people will lose their only clinic,” the union wrote.", [(DIRECT, "Forty people will lose their only clinic", "~union")], "after2"),
    ("The film shows Gerald Fosse saying at the hustings, “I have never paid it,” when Una Petrie pressed him on his council tax.", [(DIRECT, "I have never paid it", "Gerald Fosse")], "after3"),
    ("“You paid for this road twice,” a voice in the advert says. The film ends when Una Petrie attacks her rival over tolls.", [(DIRECT, "You paid for this road twice", "")], "after4"),
    limit("of two attributions the inner one is read", "Clifton Moss fell ill, The Comet reported. Ann Orr had told police that she did not want an escort, but they ignored her, the source added.", [(INDIRECT, "Clifton Moss fell ill", "~Comet"), (INDIRECT, "Ann Orr had told police that she did not want an escort, but they ignored her", "~source")], "duo1"),
    ("In March Edith Crane praised Mr Colm Daly in her state-of-the-county speech for “new and honest ideas”.", [(FRAGMENT, "new and honest ideas", "Edith Crane")], "nounverb1"),
    limit("a clause behind a noun and a participle (a statement saying ...) is not read", "Mr Leckie, who said last week that the judge was biased, issued a statement on Tuesday saying he was sorry.", [(INDIRECT, "the judge was biased", "Leckie"), (INDIRECT, "he was sorry", "Leckie")], "rel1"),
    ("Tom Leckie attacked Una Petrie in the chamber over her plan for the docks and said it would cost jobs.", [(INDIRECT, "it would cost jobs", "Tom Leckie")], "subj1"),
    ("Maud Giles tried to rejoin the Carson Mill campaign in October and said she had written a stack of papers for it.", [(INDIRECT, "she had written a stack of papers for it", "Maud Giles")], "subj2"),
    limit("a name in an apposition with dashes is preferred to the subject", "Neil Sroke, director of the campaign Buses for All, or BFA - which was founded by the former mayor Howard Finn and has backed Una Petrie - said Ms Petrie has several options.", [(INDIRECT, "Ms Petrie has several options", "Neil Sroke")], "subj4"),
    ("The nurses who ruled that Trent and Derby could not share a ward said the problem was money. Campaigners trying to keep Roy Hatch off the ballot say they are winning.", [(INDIRECT, "the problem was money", "~nurses"), (INDIRECT, "they are winning", "~Campaigners"), MORE], "subj5"),
    ("“It is the start of the cracks,” said Richard Blume (Lab, Orrin West), who wrote the bill. “They are losing their grip.” Lisa Prosser (Con) said the bill was “a stunt for the cameras”.", [(DIRECT, "It is the start of the cracks", "Richard Blume"), (DIRECT, "They are losing their grip", "Richard Blume"), (FRAGMENT, "a stunt for the cameras", "Lisa Prosser")], "subj6"),
    ("“Both of them scare me,” Harry Bonner, 30, of Ripley, Derbyshire, who was among those polled, said in a follow-up interview. “We need somebody calm.”", [(DIRECT, "Both of them scare me", "Harry Bonner"), (DIRECT, "We need somebody calm", "Harry Bonner")], "subj7"),
    ("After Toby Scarle said that pupils might do better at “slower schools,” Douglas Tarn said: “I do not like it.” Before Una Petrie said it was over, Tom Leckie had left.", [(FRAGMENT, "slower schools", "Toby Scarle"), (DIRECT, "I do not like it", "Douglas Tarn"), MORE], "y_after"),
    ("Marcus Rudd was asked by the moderator Gerard Bakker whether his plan, which the Tax League estimates would cost millions, would risk “adding one more costly scheme”.", [(FRAGMENT, "adding one more costly scheme", "Gerard Bakker"), MORE], "y_by"),
    ("Gordon Hamble, who calls the mayor a “bully”, said he does not believe that it will work. Una Petrie, who won the seat as “the people’s champion”, told MPs the fund was dry.", [(FRAGMENT, "bully", "Gordon Hamble"), (INDIRECT, "he does not believe that it will work", "Gordon Hamble"), (INDIRECT, "the fund was dry", "Una Petrie"), MORE], "y_far"),
    ("Luis Rowe runs a school. Norlanders often say, “Poor us, so near to Sweden.” Una Petrie always said the pier would go. He never said that it was easy.", [(DIRECT, "Poor us, so near to Sweden", "~Norlanders"), (INDIRECT, "the pier would go", "Una Petrie")], "y_often"),
    ("Una Petrie spoke first.\n\nPollster Frank Lunn said it would be in an advert. Bricklayer Otto Hahn said: “The roof leaked.” Pensioner Jan Moss said it hurt.", [(INDIRECT, "it would be in an advert", "Frank Lunn"), (DIRECT, "The roof leaked", "Otto Hahn"), (INDIRECT, "it hurt", "Jan Moss")], "y_pollster2"),
    ("A spokesman for the Colm Daly brand, which calls itself “the last honest bakery”, said it would close.", [(INDIRECT, "it would close", "~spokesman"), MORE], "nounverb3"),
    ("The Daily Comet reports that the clinic was shut to “keep the numbers down in the books”. The Harbour Times reports that three boats sank.", [(FRAGMENT, "keep the numbers down in the books", "~Daily Comet"), (INDIRECT, "three boats sank", "~Harbour Times")], "nounverb4"),
]  # fmt: skip

REPORTED_CLAUSES = [
    ("Una Petrie stressed that the work was not done, and local charities warned that the town was losing heart.", [(INDIRECT, "the work was not done", "Una Petrie"), (INDIRECT, "the town was losing heart", "~local charities")], "and1"),
    ("Una Petrie said the fund was empty; the treasurer has said that he did not know.", [(INDIRECT, "the fund was empty", "Una Petrie"), (INDIRECT, "he did not know", "~treasurer")], "and2"),
    ("As Una Petrie has pointed out, that is the “textbook definition” of a bad deal. As the Comet reported, the pier was sold. The harbour, as one of her advisers said, has no lights.", [(FRAGMENT, "textbook definition", "Una Petrie"), (INDIRECT, "the pier was sold", "~Comet"), (INDIRECT, "The harbour, as one of her advisers said, has no lights", "~one of her advisers")], "as1"),
    ("Una Petrie insisted the scheme would go ahead. She confirmed the clinic was safe. The council announced it would appeal.", [(INDIRECT, "the scheme would go ahead", "Una Petrie"), (INDIRECT, "the clinic was safe", "Una Petrie"), (INDIRECT, "it would appeal", "~council")], "bare1"),
    ("She noted his lawyer had offered a meeting. The firm revealed it had lost the tapes. He recalled the roof was leaking in 1990. Mr Oram predicted the party would split.", [(INDIRECT, "his lawyer had offered a meeting", ""), (INDIRECT, "it had lost the tapes", "~firm"), (INDIRECT, "the roof was leaking in 1990", ""), (INDIRECT, "the party would split", "Oram")], "bare3"),
    ("She joked the council should buy a boat. Mr Oram reported the pump was broken. They demanded he be sacked. She mentioned the key was lost.", [(INDIRECT, "the council should buy a boat", ""), (INDIRECT, "the pump was broken", "Oram"), (INDIRECT, "he be sacked", None), (INDIRECT, "the key was lost", "")], "bare4"),
    ("The Harbour Times reported Saturday that it had seen the accounts. Ms Petrie announced Tuesday that she would resign.", [(INDIRECT, "it had seen the accounts", "~Harbour Times"), (INDIRECT, "she would resign", "Petrie")], "day1"),
    ("Orrin Bank just this month announced that it would close the branch. The Harbour Times first reported that the branch was losing money. Ms Petrie on Friday afternoon told members the branch would go.", [(INDIRECT, "it would close the branch", "Orrin Bank"), (INDIRECT, "the branch was losing money", "~Harbour Times"), (INDIRECT, "the branch would go", "Petrie")], "day2"),
    ("Una Petrie stressed her support of the raid that was led by Leo Varga and said she was ready.", [(INDIRECT, "she was ready", "Una Petrie")], "her1"),
    ("The plan would help both Leeds and Una Petrie, said Brian Barlow, a pollster and adviser.", [(INDIRECT, "The plan would help both Leeds and Una Petrie", "Brian Barlow")], "inv1"),
    ("The steel works at Nearby Dale is hanging on, but it is under pressure from imports in Dale, said the firm's chief executive, John Ferriby.", [(INDIRECT, "The steel works at Nearby Dale is hanging on, but it is under pressure from imports in Dale", "John Ferriby")], "inv2"),
    ("The scheme is short of nine million pounds, said the former governor Ed Randle, who chairs the host committee in Leeds.", [(INDIRECT, "The scheme is short of nine million pounds", "Ed Randle")], "inv3"),
    ("It is the first time that a mayor has made dementia an issue, said Robert Egg, executive director of the Memory Trust, whose members lobby MPs. Sales have doubled, according to CrowdTool, a firm that watches the web.", [(INDIRECT, "It is the first time that a mayor has made dementia an issue", "Robert Egg"), (INDIRECT, "Sales have doubled", "~CrowdTool")], "inv4"),
    ("Leo Varga said he would pick Sen. Miles Lean for the court.", [(INDIRECT, "he would pick Sen. Miles Lean for the court", "Leo Varga")], "sen1"),
    ("Last month the agency warned county officials to boost their security after hackers got in. Gordon Hamble told HARBOUR he would work full-time to win them over.", [(INDIRECT, "he would work full-time to win them over", "Gordon Hamble"), MORE], "warn1"),
    ("Tenants complain bitterly that the rent is too high. The board announced two days earlier that it would look for a head. She said repeatedly that she was tired.", [(INDIRECT, "the rent is too high", "~Tenants"), (INDIRECT, "it would look for a head", "~board"), (INDIRECT, "she was tired", "")], "y_adv"),
    ("The council may be slow to act while the minister talks to the firm, Adam Shore said. “The other reason is money.”", [(INDIRECT, "The council may be slow to act while the minister talks to the firm", "Adam Shore"), (DIRECT, "The other reason is money", "Adam Shore")], "y_conc"),
    ("Jeff Marsh (Lab), Sherry Brown (Con) and Bob Menzies (Lib Dem) all suggested that the bank had lied.", [(INDIRECT, "the bank had lied", "Jeff Marsh, Sherry Brown and Bob Menzies")], "y_list"),
    ("Una Petrie suggested that the plan was not serious – “We need details,” she said – and charged that it would cost jobs.", [(INDIRECT, "the plan was not serious", "Una Petrie"), (DIRECT, "We need details", "Una Petrie"), (INDIRECT, "it would cost jobs", "Una Petrie")], "y_quote2"),
    ("“Vetting is one thing,” Una Petrie said on Radio Nine, but she said she was being asked about her school days.", [(DIRECT, "Vetting is one thing", "Una Petrie"), (INDIRECT, "she was being asked about her school days", "Una Petrie")], "y_quote3"),
    limit("words on a shirt are taken for a quotation of the one who speaks of them", "Acts of protest, Mr Osborn said, are acts of love, whether at a counter or in a shirt that reads “I cannot breathe”.", [(INDIRECT, "Acts of protest, Mr Osborn said, are acts of love, whether at a counter or in a shirt that reads “I cannot breathe”", "Osborn")], "y_quote4"),
    ("The appeal court ruled that the fee was unlawful. Judge Nora Flint ruled the fee was unfair. The tribunal found that she was sacked.", [(INDIRECT, "the fee was unlawful", "~appeal court"), (INDIRECT, "the fee was unfair", "Nora Flint"), (INDIRECT, "she was sacked", "~tribunal")], "y_ruled"),
    ("A spokesman for Una Petrie said: “No.” Una Petrie’s spokesman said she was ill. “She is well,” said Petrie aide Col Marsh.", [(DIRECT, "No", "~spokesman"), (INDIRECT, "she was ill", "~spokesman"), (DIRECT, "She is well", "Col Marsh")], "y_note"),
]  # fmt: skip

NO_STATEMENTS = [
    ("Although Tom Leckie has admitted using the loophole, he does not defend it.", [], "adm1"),
    ("“The bill is late,” Una Petrie said Saturday night at the party debate, which was shown by Radio Nine.", [(DIRECT, "The bill is late", "Una Petrie")], "mar1"),
    ("“A summons is not optional,” the chairman, Jason Cobb, said after Mr Pagett failed to come to the second hearing he was called to.", [(DIRECT, "A summons is not optional", "Jason Cobb")], "mar2"),
    ("“We are at a bad point after the vote,” Chancellor Angela Metz told reporters after a long meeting that was held on a boat on the Rhine.", [(DIRECT, "We are at a bad point after the vote", "Angela Metz")], "mar3"),
    ("“Labels are for tins,” the former mayor told a crowd that the campaign estimated at 3,000 people in the hall.", [(DIRECT, "Labels are for tins", "~former mayor")], "mar4"),
    ("That settles it, said six million people who lost their cover.", [], "mar5"),
    ("Does the mayor get tired and say the wrong thing or make bad decisions?", [], "mar6"),
    ("Oskar Dunn took Leo Varga through a cursory review of his systems\" including his heart.", [], "mark9"),
    ("The pier, which the council says is unsafe, will be sold. The list, which the union says has two million names, is a prize.", [], "rel2"),
    ("The gap between what Tom Leckie says his plan would do and what it does has grown all year.", [], "rel3"),
]  # fmt: skip

FRAGMENTS = [
    ("Una Petrie described the fund as a “disgrace”. Tom Leckie criticised the pledge as “pure theatre” during a visit to Hull. Ruth Amis denounced the report as “dishonest” in the chamber.", [(FRAGMENT, "disgrace", "Una Petrie"), (FRAGMENT, "pure theatre", "Tom Leckie"), (FRAGMENT, "dishonest", "Ruth Amis")], "desc1"),
    limit("the mayor is taken for the one person named", "Una Petrie is describing the tweet as “unhinged”. The regulator rated the ward as “inadequate”. The mayor offered himself as a “law and order” candidate.", [(FRAGMENT, "unhinged", "Una Petrie"), (FRAGMENT, "inadequate", "~regulator"), (FRAGMENT, "law and order", "~mayor")], "desc2"),
    limit("words behind a participle of naming are taken for a name", "Most of her anger was for Leo Varga, whom Petrie on Wednesday called “a horrible little man”. Her friends, calling Varga “an orange clown,” Susan said, left early.", [(FRAGMENT, "a horrible little man", "Petrie"), (FRAGMENT, "an orange clown", "~friends")], "desc3"),
    limit("a participle far behind two quotations is read as a report", "He blasted the film and the books for being too “preachy”, and mocked Leo Varga for calling himself the “king of debt”, noting that he owed millions.", [(FRAGMENT, "preachy", ""), (FRAGMENT, "king of debt", None)], "desc4"),
    limit("attributions by a noun (suggestion, report, admission) are read only in part", "The suggestion by Una Petrie that someone “ought to look into” the judge caused a row. Last week it was a report by the Comet that she “invented” the story. By her own admission it was a “mistake”.", [(FRAGMENT, "ought to look into", "Una Petrie"), (FRAGMENT, "invented", "~Comet"), (FRAGMENT, "mistake", "")], "noun2"),
    limit("attributions by a noun and a participle (a statement offering ...) are not read", "The council released a statement offering “a deep and sincere apology” to Mr Varga. A resolution said the town “condemns hatred of every kind”. Marchers had one message: “Save our pier.”", [(FRAGMENT, "a deep and sincere apology", "~council"), (FRAGMENT, "condemns hatred of every kind", "~resolution"), (DIRECT, "Save our pier", "~Marchers")], "noun3"),
    ("Una Petrie said the bank was “corrupt”, noting that nobody was charged. Tom Leckie said the delay was “justified” in the end. Ruth Amis said it was “a mistake” to use the old lift.", [(FRAGMENT, "corrupt", "Una Petrie"), (INDIRECT, "nobody was charged", "Una Petrie"), (FRAGMENT, "justified", "Tom Leckie"), (FRAGMENT, "a mistake", "Ruth Amis")], "short1"),
    ("Leo Varga said the judge could not be fair because he is “foreign”, given his plan. He said he would “never” sell. She urged members to oppose “bigotry” after citing the ban. Jan Moss accused him of an “artful smear” regarding her links.", [(FRAGMENT, "foreign", "Leo Varga"), (FRAGMENT, "never", "Leo Varga"), (FRAGMENT, "bigotry", ""), (FRAGMENT, "artful smear", "Jan Moss")], "short2"),
    limit("the attribution behind a fragment loses to the one before", "In one email Leo Varga told how he had left a card in a “burn bag,” the Times reported. The lack of beds was “scandalous,” Ruth Amis said. It was all “nonsense”, according to Jan Moss.", [(FRAGMENT, "burn bag", None), (FRAGMENT, "scandalous", "Ruth Amis"), (FRAGMENT, "nonsense", "Jan Moss")], "short3"),
    ("That would create a “summer of misery” for Ms Petrie leading up to the vote, forcing her to fend off two rivals, said Brad Barlow, a pollster.", [(FRAGMENT, "summer of misery", "Brad Barlow")], "span1"),
    ("Leo Varga has been “arbitrarily detained” by Norland since December, and should be freed, the rights group Open Door says. “Boots on the ground” would be needed, Ben Carr said after the attack.", [(FRAGMENT, "arbitrarily detained", "Open Door"), (FRAGMENT, "Boots on the ground", "Ben Carr")], "span2"),
    ("Members of Westmere Council have voted to “go along with” a new goal. Ministers refused to “move the goalposts”.", [(FRAGMENT, "go along with", "~Members of Westmere Council"), (FRAGMENT, "move the goalposts", "~Ministers")], "o_voted"),
    ("He is the man whom Petrie called “a horrible little man”. He is the man Petrie on Monday called “a horrible little man”. Susan Pratt mocked him, calling Varga “an orange clown”.", [(FRAGMENT, "a horrible little man", "Petrie"), (FRAGMENT, "a horrible little man", "Petrie"), (FRAGMENT, "an orange clown", "Susan Pratt")], "y_quotecall"),
    ("Jan Moss accused him of an “artful smear” regarding her links. Tom Leckie criticised the pledge as “pure theatre” during a visit. Ruth Amis called it “a fraud” while on air. She urged members to oppose “bigotry” after the ban.", [(FRAGMENT, "artful smear", "Jan Moss"), (FRAGMENT, "pure theatre", "Tom Leckie"), (FRAGMENT, "a fraud", "Ruth Amis"), (FRAGMENT, "bigotry", None)], "y_set"),
    ("The survey asks whether any tenant has “trouble with stairs, lifts or locked doors”. The census asks if anybody “sleeps on a sofa”.", [(FRAGMENT, "trouble with stairs, lifts or locked doors", "~survey"), (FRAGMENT, "sleeps on a sofa", "~census")], "y_survey"),
    limit("a relative clause without a comma is not given to its noun", "They asked the Orrin Police Department which reported “two hundred and ten burglaries” in March. A sign which read “Vote Tarn” hung there. The plan, which Tom Leckie called “a fraud on the poor”, went through.", [(FRAGMENT, "two hundred and ten burglaries", "Orrin Police Department"), (FRAGMENT, "Vote Tarn", "~sign"), (FRAGMENT, "a fraud on the poor", "Tom Leckie")], "y_which"),
]  # fmt: skip

NAMES_AND_TITLES = [
    ("Councillors were told by Lois K. Marden that the bridge was safe. “We looked at every bolt,” said Lois K. Marden, the surveyor.", [(INDIRECT, "the bridge was safe", "Lois K. Marden"), (DIRECT, "We looked at every bolt", "Lois K. Marden")], "init2"),
    ("Labour Una Petrie and Democrat Hugh Oram met. Democrat Hugh Oram said the vote was lost. Injecting Orrin Foundation money into the row, Mr Oram said he had “nothing to hide”.", [(INDIRECT, "the vote was lost", "Hugh Oram"), (FRAGMENT, "nothing to hide", "Hugh Oram")], "namehead1"),
    ("Dashing into a lunch, Councillor Edna Marsh called over her shoulder: “It is not helping.” Beyond Westminster, Tomas Reed said the plan was dead. Under Welsh law, Huw Pritchard said, dogs must be chipped.", [(DIRECT, "It is not helping", "Edna Marsh"), (INDIRECT, "the plan was dead", "Tomas Reed"), (INDIRECT, None, "Huw Pritchard")], "namehead2"),
    ("“I will fight this,” the Florida senator said. Una Petrie said nothing.", [(DIRECT, "I will fight this", "~Florida senator")], "namehead3"),
    ("“The reservoir is half empty,” said Sen. Dolores Pike. “We should have acted in May,” added Rep. Martin Vole.", [(DIRECT, "The reservoir is half empty", "Dolores Pike"), (DIRECT, "We should have acted in May", "Martin Vole")], "title1"),
    ("“The harbour will stay open,” said Lt. Gen. Ivor Mann. Ald. Grace Tooley said: “I will believe it when I see it.”", [(DIRECT, "The harbour will stay open", "Ivor Mann"), (DIRECT, "I will believe it when I see it", "Grace Tooley")], "title4"),
    ("Secretary Ann Orr met the firm. The council may be slow to act while Secretary Orr talks, Adam Shore said. “The other reason is money.”", [(INDIRECT, "The council may be slow to act while Secretary Orr talks", "Adam Shore"), (DIRECT, "The other reason is money", "Adam Shore")], "y_carry2"),
    ("“I can promise that it will be in an advert,” said pollster Frank Lunn. “Nobody wants it.”\n\n“They are wrong,” said war widow Teresa Stroud.\n\n“The roof leaked,” said bricklayer Otto Hahn, 61.\n\n“It hurts,” added mother-of-two Jan Moss.", [(DIRECT, "I can promise that it will be in an advert", "Frank Lunn"), (DIRECT, "Nobody wants it", "Frank Lunn"), (DIRECT, "They are wrong", "Teresa Stroud"), (DIRECT, "The roof leaked", "Otto Hahn"), (DIRECT, "It hurts", "Jan Moss")], "y_pollster"),
    ("The chief of the U.S. Navy said the pier was safe. The S.E.C. said it would look again. “No,” said a U.S. official.", [(INDIRECT, "the pier was safe", "~chief"), (INDIRECT, "it would look again", "~S.E.C."), (DIRECT, "No", "~official")], "y_sec"),
    ("Finch Closes The Door On The Email Row.\n\nThe attorney general, Lorna Finch, said on Friday that nobody would be charged. “I met the team,” she said.", [(INDIRECT, "nobody would be charged", "Lorna Finch"), (DIRECT, "I met the team", "Lorna Finch")], "z_headline"),
    ("“Ride home,” said Joseph R. Biddle Jr. on Monday. Biddle said he was well. “Stay,” said Tom Newkirk II.", [(DIRECT, "Ride home", "Joseph R. Biddle Jr."), (INDIRECT, "he was well", "Joseph R. Biddle Jr."), (DIRECT, "Stay", "Tom Newkirk II")], "z_jr"),
    ("Crown Court Judge Frank Nero refused. “No,” Judge Nero said. Orrin Foods CEO Jan Strand resigned. “I am sorry,” Strand told MPs. Pastor Kevin Swain prayed. German Chancellor Angela Metz said the talks were over.", [(DIRECT, "No", "Frank Nero"), (DIRECT, "I am sorry", "Jan Strand"), (INDIRECT, "the talks were over", "Angela Metz")], "z_off"),
    ("Tory Una Petrie said the fund was dead. Liberal Democrat Norma Lambert said it was alive. Labour's Tom Leckie said it was asleep. Conservative Ruth Amis said: “Enough.”", [(INDIRECT, "the fund was dead", "Una Petrie"), (INDIRECT, "it was alive", "Norma Lambert"), (INDIRECT, "it was asleep", "Tom Leckie"), (DIRECT, "Enough", "Ruth Amis")], "z_party"),
    ("Una Petrie won the seat. At last week's Milton Keynes rally, where she spoke for an hour, she said the fund was “dead”. Petrie returned to it in Tower Hamlets. “It is gone,” she said.", [(FRAGMENT, "dead", "Una Petrie"), (DIRECT, "It is gone", "Una Petrie")], "z_place1"),
    ("Council boss Carl Dunn said Petrie had been led astray.\n\n“It was really the people around her,” South Yorkshire businessman Tom Millis said. A new agent, he said, could set a new tone.", [(INDIRECT, "Petrie had been led astray", "Carl Dunn"), (DIRECT, "It was really the people around her", "Tom Millis"), (INDIRECT, None, "Tom Millis")], "z_place2"),
    ("Earlier, Powys County sheriff Joe Arlen vouched for the plan. He said: “Una Petrie will build the pier.”", [(DIRECT, "Una Petrie will build the pier", "Joe Arlen")], "z_sheriff"),
    ("Janine Okonjo-Blythe, director of care at Saltmere Council, told the board: “We fill in the forms.”\n\n“We have been timid,” Ms Okonjo-Blyth said.\n\nTom Mac Neill of the Harbour Trust spoke. “We sail,” Mr MacNeill said.", [(DIRECT, "We fill in the forms", "Janine Okonjo-Blythe", "Saltmere Council"), (DIRECT, "We have been timid", "Janine Okonjo-Blythe"), (DIRECT, "We sail", "Tom Mac Neill")], "o_variant"),
]  # fmt: skip

UNNAMED_SPEAKERS_AND_OPEN_NOUNS = [
    ("Irena Tarn left. Mrs Clement's campaign said in a statement that “Hilda Clement will not be bullied” or “put off by the slings he throws”.", [(FRAGMENT, "Hilda Clement will not be bullied", "~campaign"), (FRAGMENT, "put off by the slings he throws", "~campaign")], "y_campaign"),
    ("“The clinic will close in May,” the release said. “Friend, let me be blunt,” the email read. “She came back in days,” the book said. Una Petrie was abroad.", [(DIRECT, "The clinic will close in May", "~release"), (DIRECT, "Friend, let me be blunt", "~email"), (DIRECT, "She came back in days", "~book")], "org1"),
    ("The Comet criticised Una Petrie on Sunday. The piece goes on to accuse her of “a habit of saying one thing and doing another”. “There are worms with more spine,” reads a Wednesday editorial in the Leith Register.", [(FRAGMENT, "a habit of saying one thing and doing another", "~piece"), (DIRECT, "There are worms with more spine", "~editorial")], "org2"),
    ("From the report: “The sample was weighted by age.” More from the report: “The survey was weighted by region.”", [(DIRECT, "The sample was weighted by age", "~report"), (DIRECT, "The survey was weighted by region", "~report")], "org3"),
    ("“He wrote to her about the lift,” Pownall’s office said in a statement. “There was no other lift.” The next day her account posted: “Buy my scarf.” Colin Pownall was abroad.", [(DIRECT, "He wrote to her about the lift", "~office"), (DIRECT, "There was no other lift", "~"), (DIRECT, "Buy my scarf", "~account")], "pron6"),
    ("Una Petrie spoke for an hour.\n\n“That rent is robbery,” a protester shouted.\n\n“Let her finish,” the chairwoman of the meeting said.", [(DIRECT, "That rent is robbery", "~protester"), (DIRECT, "Let her finish", "~chairwoman")], "role2"),
    ("The judge, Sir Alun Pryce, refused the request. A Leeds judge has thrown out the second request, saying the papers are of no use to voters.", [(INDIRECT, "the papers are of no use to voters", "~judge"), MORE], "role3"),
    ("Neighbours of the quarry have objected. Two families told the inquiry that the dust covers their washing. Residents say the blasting starts at six. One father of three said: “My lad cannot breathe.”", [(INDIRECT, "the dust covers their washing", "~Two families"), (INDIRECT, "the blasting starts at six", "~Residents"), (DIRECT, "My lad cannot breathe", "~father of three")], "role4"),
    ("“Stop the closure,” read one banner. The poster said: “Our library, our choice.” A leaflet warned that the sale would be final.", [(DIRECT, "Stop the closure", "~banner"), (DIRECT, "Our library, our choice", "~poster"), (INDIRECT, "the sale would be final", "~leaflet")], "role5"),
    ("The lawsuit says the trust “hid the results for two years”. The complaint alleges that managers “rewrote the log”. The ruling said the trust had acted unlawfully. The affidavit said that Mrs Orr had bruises.", [(FRAGMENT, "hid the results for two years", "~lawsuit"), (FRAGMENT, "rewrote the log", "~complaint"), (INDIRECT, "the trust had acted unlawfully", "~ruling"), (INDIRECT, "Mrs Orr had bruises", "~affidavit")], "role7"),
    ("The Moor Rescue Group has 40 members. “We go out in all weathers,” the group said. “We need a new truck,” the band said.", [(DIRECT, "We go out in all weathers", "~group"), (DIRECT, "We need a new truck", "~band")], "role9"),
    ("Una Petrie stood for the Greens. “I never took a penny,” the candidate said. The nominee told reporters that she would publish her accounts. The former first lady and senator said it was “a mistake”.", [(DIRECT, "I never took a penny", "Una Petrie"), (INDIRECT, "she would publish her accounts", "~nominee"), (FRAGMENT, "a mistake", "~former first lady")], "role10"),
    ("“We never had a car,” her mother said. “She walked four miles to school,” said her brother. Una Petrie laughed at this.", [(DIRECT, "We never had a car", "~mother"), (DIRECT, "She walked four miles to school", "~brother")], "role11"),
    limit("a subordinate clause beside a quotation is read as its main clause", "Una Petrie came on stage as the marchers chanted, “Let them stay.” The crowd chanted back: “Shut it down.” “Sell it,” came a shout from the back.", [(DIRECT, "Let them stay", "~marchers"), (DIRECT, "Shut it down", "~crowd"), (None, "Sell it", "")], "verbp3"),
    limit("a crowd inside a quotation is not read", "He said, “I will build the pier” — at which the crowd chanted “Build the pier!” — “and keep the boats.” Joe Arden was speaking.", [(DIRECT, "I will build the pier", ""), (DIRECT, "Build the pier", "~crowd"), (None, "and keep the boats", "")], "who1"),
    limit("those against is no noun phrase", "Some say they hear the sea. Many said the price was too high. Others warned that it would flood. Critics argue that it is unfair. Those against say it is too late.", [(INDIRECT, "they hear the sea", "~Some"), (INDIRECT, "the price was too high", "~Many"), (INDIRECT, "it would flood", "~Others"), (INDIRECT, "it is unfair", "~Critics"), (INDIRECT, "it is too late", "~Those against")], "y_some"),
    ("The court ruled that the fee was unlawful. The club said the coach would stay. The bank said it was sorry. The school said it was closed. The hospital said the ward was full. The paper said he was ill. The lawsuit says the log was changed. The group says it is broke. The family said they were tired. The team said it had won.", [(INDIRECT, "the fee was unlawful", "~court"), (INDIRECT, "the coach would stay", "~club"), (INDIRECT, "it was sorry", "~bank"), (INDIRECT, "it was closed", "~school"), (INDIRECT, "the ward was full", "~hospital"), (INDIRECT, "he was ill", "~paper"), (INDIRECT, "the log was changed", "~lawsuit"), (INDIRECT, "it is broke", "~group"), (INDIRECT, "they were tired", "~family"), (INDIRECT, "it had won", "~team")], "z_bodies"),
    ("Protesters said the road must stay shut. Voters told the BBC they were tired. Experts said the drug was safe. Supporters say the scheme works. Organisers say thousands came. Aides said she was ill. Families said the ward was cold. Prosecutors said the money was gone. Lawmakers said the bill was dead. Strategists say she will win.", [(INDIRECT, "the road must stay shut", "~Protesters"), (INDIRECT, "they were tired", "~Voters"), (INDIRECT, "the drug was safe", "~Experts"), (INDIRECT, "the scheme works", "~Supporters"), (INDIRECT, "thousands came", "~Organisers"), (INDIRECT, "she was ill", "~Aides"), (INDIRECT, "the ward was cold", "~Families"), (INDIRECT, "the money was gone", "~Prosecutors"), (INDIRECT, "the bill was dead", "~Lawmakers"), (INDIRECT, "she will win", "~Strategists")], "z_crowd"),
    ("Campaigners said the road must stay shut. Residents told the BBC they were tired. Doctors said the drug was safe. Ministers say the scheme works. Bosses say thousands came. Officials said she was ill. Nurses said the ward was cold. Councillors said the money was gone. MPs said the bill was dead. Analysts say she will win.", [(INDIRECT, "the road must stay shut", "~Campaigners"), (INDIRECT, "they were tired", "~Residents"), (INDIRECT, "the drug was safe", "~Doctors"), (INDIRECT, "the scheme works", "~Ministers"), (INDIRECT, "thousands came", "~Bosses"), (INDIRECT, "she was ill", "~Officials"), (INDIRECT, "the ward was cold", "~Nurses"), (INDIRECT, "the money was gone", "~Councillors"), (INDIRECT, "the bill was dead", "~MPs"), (INDIRECT, "she will win", "~Analysts")], "z_crowd2"),
    ("Norland said the border would stay shut. Downing Street said the prime minister was ill. The White House said it had no plans. Whitehall says the bill is ready. Number 10 declined to comment. Brussels warned that time was short.", [(INDIRECT, "the border would stay shut", "Norland"), (INDIRECT, "the prime minister was ill", "Downing Street"), (INDIRECT, "it had no plans", "White House"), (INDIRECT, "the bill is ready", "Whitehall"), (INDIRECT, "time was short", "Brussels"), MORE], "z_nameds"),
    limit("the phrase ends before its relative clause", "One of her advisers said the lift was broken. Some of the families said they had not been told. A number of heads warned that pupils would suffer. Those who live there say it floods.", [(INDIRECT, "the lift was broken", "~One of her advisers"), (INDIRECT, "they had not been told", "~Some of the families"), (INDIRECT, "pupils would suffer", "~number of heads"), (INDIRECT, "it floods", "~Those who live there")], "z_ofpl"),
    ("63 per cent said the cut was fair. One in three told the survey that they had no bus. A majority of members said they would strike. Nine of the ten firms said they would move.", [(INDIRECT, "the cut was fair", "~63 per cent"), (INDIRECT, "they had no bus", "~One in three"), (INDIRECT, "they would strike", "~majority of members"), (INDIRECT, "they would move", "~Nine of the ten firms")], "z_poll"),
    ("Money meant for carers has been used to “keep the lights on”, a meeting heard. The grant was “a drop in the sea”, councillors were told.", [(FRAGMENT, "keep the lights on", ""), (FRAGMENT, "a drop in the sea", "")], "o_heard"),
    ("Leaders of six coastal councils have told the minister that the goal is “out of their reach”.\n\nTheir letter says that fines would have a “ruinous effect on the people we serve”.\n\nIt goes on: “We share your wish to see shorter waits.”", [(FRAGMENT, "out of their reach", "~Leaders of six coastal councils"), (FRAGMENT, "ruinous effect on the people we serve", "~letter"), (DIRECT, "We share your wish to see shorter waits", "~")], "o_letter"),
    ("The phrase was new, wrote Ben Jarrold in the Comet.\n\nThe woman who started it calls herself Caroline.\n\n“He cares about us,” she said.", [(INDIRECT, "The phrase was new", "Ben Jarrold"), (DIRECT, "He cares about us", "!Ben Jarrold")], "z_gender2"),
]  # fmt: skip

PRONOUNS_AND_GOING_ON = [
    ("“We have had break-ins,” Leo Varga said after a talk with Chancellor Ivan Petrov. He did not hint at revenge. “Our aim is calm.”", [(DIRECT, "We have had break-ins", "Leo Varga"), (DIRECT, "Our aim is calm", "Leo Varga")], "pron1"),
    ("My mother, Olive Meehan, feared the devil. Once, in the car, I laughed and said, “I do not believe in him.” She told me: “You will.”", [(DIRECT, "I do not believe in him", ""), (DIRECT, "You will", "Olive Meehan")], "pron2"),
    ("In an interview Jane Sadler said that the members of her husband Bernard would not fall in line.\n\n“They will not come,” she said.\n\nGeoff Garvin, a pollster, disagreed. “They will.”\n\n“If they lose hope, it is over,” she said.", [(INDIRECT, "the members of her husband Bernard would not fall in line", "Jane Sadler"), (DIRECT, "They will not come", "Jane Sadler"), (DIRECT, "They will", "Geoff Garvin"), (DIRECT, "If they lose hope, it is over", "Jane Sadler")], "pron3"),
    ("Clive Ebers shook his head. “Tom hears more than I do.”", [(DIRECT, "Tom hears more than I do", "Clive Ebers")], "pron4"),
    ("The march was joined by the actor John Lowther, the singer Patti Bell and Stevie Wendle, who joked of the pier: “I have not seen it yet.”", [(DIRECT, "I have not seen it yet", "Stevie Wendle")], "pron5"),
    ("“I wish they had asked us,” said Josh Birrell, research director of the Mill Institute.\n\nBirrell hopes that Hilda Clement and others learn from it.\n\n“They have the luxury of time,” he concluded.", [(DIRECT, "I wish they had asked us", "Josh Birrell"), (DIRECT, "They have the luxury of time", "Josh Birrell"), MORE], "z_gender1"),
    ("“We have had trouble with break-ins,” Barry Osborn said after meeting Norland President Ivan Petrov. He did not hint at revenge. “Our aim is calm, not a race.”", [(DIRECT, "We have had trouble with break-ins", "Barry Osborn"), (DIRECT, "Our aim is calm, not a race", "Barry Osborn")], "z_pron"),
    ("The York businessman says of Ms Petrie, “If she wins, she will sell the pier.” Gerald Fosse owns a shipyard.", [(DIRECT, "If she wins, she will sell the pier", "~York businessman")], "z_said"),
    ("Carla Firth said on Monday that the mayor was fair game. “Of course he is,” Firth told the BBC, reminding viewers of attempts to tie Hilda Clement to her husband. “You will not beat Hilda Clement that way,” she said.", [(INDIRECT, "the mayor was fair game", "Carla Firth"), (DIRECT, "Of course he is", "Carla Firth"), (DIRECT, "You will not beat Hilda Clement that way", "Carla Firth")], "z_subject"),
    limit("a possessive subject is not found by its pronoun", "“People stood in line for hours,” said Meena Ganguly of Rights Watch North, who watched the vote.\n\nSue Keane's fate is unclear, but she said last week that she would govern. “I will be above them,” she said.", [(DIRECT, "People stood in line for hours", "Meena Ganguly", "Rights Watch North"), (INDIRECT, "she would govern", "Sue Keane"), (DIRECT, "I will be above them", "Sue Keane")], "z_subject2"),
    ("Robbie Moor, Petrie's campaign manager, was asked on Monday if she would talk to the press. He laughed and said, “We shall see.”", [(DIRECT, "We shall see", "Robbie Moor"), MORE], "z_role"),
    limit("the members of a speaker are read as speakers", "ADASS vice-president Rhoda Quinn took another view. She said the numbers were “plucked from a hat” and that her members had already agreed plans “page by page” with the NHS.", [(FRAGMENT, "plucked from a hat", "Rhoda Quinn", "ADASS"), (FRAGMENT, "page by page", "Rhoda Quinn", "ADASS")], "o_members"),
]  # fmt: skip

TWO_OF_ONE_SURNAME = [
    ("Ted Croft has spoken for the farmers since 2009. Croft said the price was “a scandal and a shame”.\n\nHis wife, Heidi Croft, runs the shop.\n\nCroft told the BBC that he would march.", [(FRAGMENT, "a scandal and a shame", "Ted Croft"), (INDIRECT, "he would march", "Ted Croft")], "z_clash1"),
    ("Douglas Tarn and his former wife Irena Tarn met in 1977. In an email, Mr Tarn said the friendship was over. “It was business,” he wrote.", [(INDIRECT, "the friendship was over", "Douglas Tarn"), (DIRECT, "It was business", "Douglas Tarn")], "z_clash2"),
    ("Betsy Ebel and her husband Tom Ebel keep bees. Yet it has been hard for Ebel. “They are my life,” she said.", [(DIRECT, "They are my life", "Betsy Ebel")], "z_clash3"),
]  # fmt: skip

ATTRIBUTIONS_BESIDE_A_QUOTATION = [
    ("Readers wrote in about the ferry. Captain Ewan Strand said: “We sail when it is safe.”\n\n\"Nobody has told the islanders anything.\" ― Una Brae\n\n\"My mother missed two appointments.\" ― Callum Roy", [(DIRECT, "We sail when it is safe", "Ewan Strand"), (DIRECT, "Nobody has told the islanders anything", "Una Brae"), (DIRECT, "My mother missed two appointments", "Callum Roy")], "sign2"),
    ("The exchange on Sunday went as follows.\n\nLECKIE: Nobody has shown me the bill.\n\nHOST: But you wrote it.\n\nLECKIE: I wrote the first page, and that was in 2015.", [(DIRECT, "Nobody has shown me the bill", "Leckie"), (DIRECT, "But you wrote it", ""), (DIRECT, "I wrote the first page, and that was in 2015", "Leckie")], "tran1"),
    ("Five neighbours spoke to us.\n\nMorag Tully: I cannot pay that and eat as well.\n\nDesmond Achebe: They promised us a freeze.", [(DIRECT, "I cannot pay that and eat as well", "Morag Tully"), (DIRECT, "They promised us a freeze", "Desmond Achebe")], "tran3"),
    ("Una Petrie added:\n\nAnd from a mayor, this is the worst that I have seen. She cannot win without help.\n\nThe Comet moved on.", [(DIRECT, "And from a mayor, this is the worst that I have seen. She cannot win without help", "Una Petrie")], "y_block"),
    ("Many Tories have said the same, including the former candidate Mitch Rowan – “It is wrong not to publish your accounts” – and Fred Golden, a former tax man. “The sooner the better,” Mr Golden told the BBC.", [(DIRECT, "It is wrong not to publish your accounts", "Mitch Rowan"), (DIRECT, "The sooner the better", "Fred Golden"), MORE], "y_dash"),
    ("The port has a new master. This is what they say of her.\n\nAda Frith, Dene Rivers Trust\n\n“She listens to the water.”\n\nOdo Marsh (Orrin Sailing Club)\n\n“She never returned one call.”\n\nShe begins in May.", [(DIRECT, "She listens to the water", "Ada Frith", "Dene Rivers Trust"), (DIRECT, "She never returned one call", "Odo Marsh")], "names_above"),
    ("The port has a new master. This is what they say of her.\n\n“She listens to the water.”\n\nAda Frith, Dene Rivers Trust\n\n“She never returned one call.”\n\nOdo Marsh\n\nShe begins in May.", [(DIRECT, "She listens to the water", "Ada Frith", "Dene Rivers Trust"), (DIRECT, "She never returned one call", "Odo Marsh")], "names_beneath"),
    ("“She listens to the water.”\n\nAda Frith, Dene Rivers Trust\n\n“She never returned one call.”", [(DIRECT, "She listens to the water", ""), (DIRECT, "She never returned one call", "")], "name_between"),
    ("“She listens to the water.”\n\nAda Frith to leave the port\n\nShe begins in May.", [(DIRECT, "She listens to the water", "")], "heading_is_no_name"),
]  # fmt: skip

MARKS = [
    ("Una Petrie spoke first.\n\n” … what I learned is that nobody reads the minutes,” she said.", [(DIRECT, "… what I learned is that nobody reads the minutes", "Una Petrie")], "mark1"),
    ("“I think it is over,” Henry Moss said. “ You know, that sense of the future has gone.”", [(DIRECT, "I think it is over", "Henry Moss"), (DIRECT, "You know, that sense of the future has gone", "Henry Moss")], "mark2"),
    ("\"She said she would be 'above the council,' \" said Kinza Win, an activist. \"That is not a thing to say.\"", [(DIRECT, None, "Kinza Win"), (DIRECT, "That is not a thing to say", "Kinza Win")], "mark3"),
    ("\"I have always been insulted by the term 'outreach,' \" he told the group, adding that the phrase is empty. Una Petrie agreed with Henry Moss.", [(DIRECT, None, ""), (INDIRECT, "the phrase is empty", "")], "mark4"),
    ("“We will build it along the whole border,” Leo Varga said to a cheer.\n\n“And they will pay for it. They do not know it yet.”", [(DIRECT, "We will build it along the whole border", "Leo Varga"), (DIRECT, "And they will pay for it. They do not know it yet", "Leo Varga")], "mark5"),
    ("“We will build it along the whole border,” Leo Varga said to a cheer.\n“And they will pay for it. They do not know it yet.”\nUna Petrie, who chairs the board, said: “Not a penny.”", [(DIRECT, "We will build it along the whole border", "Leo Varga"), (DIRECT, "And they will pay for it. They do not know it yet", "Leo Varga"), (DIRECT, "Not a penny", "Una Petrie")], "mark6"),
    ("Una Petrie said: ``We have no choice.'' Tom Leckie said it was ``too late by far''.", [(DIRECT, "We have no choice", "Una Petrie"), (FRAGMENT, "too late by far", "Tom Leckie")], "mark7"),
    ("''We have no choice,'' said Una Petrie. Tom Leckie said it was ''too late by far.", [(DIRECT, "We have no choice", "Una Petrie"), (FRAGMENT, "too late by far", "Tom Leckie")], "mark8"),
    ("Leader Oswin Tate said: “We work well with our hospitals, and we are proud of it.\n\n“This goal was handed down without a call.\n\nIt is upside down to punish those who do well. We want it looked at again.\n\nCoun Tate added: “That cannot be right.”", [(DIRECT, "We work well with our hospitals, and we are proud of it", "Oswin Tate"), (DIRECT, "This goal was handed down without a call", "Oswin Tate"), (DIRECT, "It is upside down to punish those who do well. We want it looked at again", "Oswin Tate"), (DIRECT, "That cannot be right", "Oswin Tate")], "o_unopened"),
]  # fmt: skip

ORGANISATIONS = [
    ("Orrin Council and Penmoor Council quarrelled. Leader Oswin Tate said: “We pay our way.”", [(DIRECT, "We pay our way", "Oswin Tate", "")], "o_and"),
    ("Fern Stroud, chief executive of Hallow Vale BC, said: “We are learning.”", [(DIRECT, "We are learning", "Fern Stroud", "Hallow Vale BC")], "o_bc"),
    ("Wards “full to the roof”\n\nNHS England's chief nurse gives evidence to MPs\nDelia Marsh\n\nDelia Marsh, NHS England. Picture: committee feed\n\nOne bed in eight is held by someone who is well enough to leave, MPs have been told.\n\n“We are asking hospitals to run with no slack at all,” said Ms Marsh.\n\nShe told the committee that a goal had “sharpened minds”.", [(DIRECT, "We are asking hospitals to run with no slack at all", "Delia Marsh", "NHS England"), (FRAGMENT, "sharpened minds", "Delia Marsh", "NHS England"), MORE], "o_caption"),
    ("Jan Oakley, director of care at Saltmere County Council, told the board the fund was small.\n\nCoun Perry Maddock said the county had met its target “by the skin of its teeth”.\n\nCllr Ruth Bale said: “It is a fix.”", [(INDIRECT, "the fund was small", "Jan Oakley", "Saltmere County Council"), (FRAGMENT, "by the skin of its teeth", "Perry Maddock", "Saltmere County Council"), (DIRECT, "It is a fix", "Ruth Bale", "Saltmere County Council")], "o_coun"),
    ("Health secretary Imogen Fall insisted that the goals would stay. Care minister Rufus Bell said: “For too long patients waited.”", [(INDIRECT, "the goals would stay", "Imogen Fall"), (DIRECT, "For too long patients waited", "Rufus Bell")], "o_health"),
    ("Responding to the paper, Sunni Hall of the LGA and Bart Kerr of NHS Providers said in a joint statement:\n\n“People do not live in departments.”\n\n“We support the paper.”", [(DIRECT, "People do not live in departments", "Sunni Hall and Bart Kerr", "LGA and NHS Providers"), (DIRECT, "We support the paper", "Sunni Hall and Bart Kerr", "LGA and NHS Providers")], "o_joint"),
    ("Members of Westmere County Council voted for the plan on Monday.\n\nLeader Oswin Tate said: “We work well with our hospitals.”\n\nCoun Tate added: “That cannot be right.”\n\nOpposition leader Mina Frost said: “It is a poor show.”", [(DIRECT, "We work well with our hospitals", "Oswin Tate", "Westmere County Council"), (DIRECT, "That cannot be right", "Oswin Tate", "Westmere County Council"), (DIRECT, "It is a poor show", "Mina Frost", "Westmere County Council")], "o_leader"),
    ("The Audit Review Office found “no plan and no budget” in March.\n\nHead of the office Lavinia Scott said: “Hope is not a plan.”\n\nThe office's director, Rupert Vane, said the fund was empty.", [(FRAGMENT, "no plan and no budget", "Audit Review Office", "Audit Review Office"), (DIRECT, "Hope is not a plan", "Lavinia Scott", "Audit Review Office"), (INDIRECT, "the fund was empty", "Rupert Vane", "Audit Review Office")], "o_office"),
    ("The Orrin Housing Trust’s Clement Aird said: “Each of these is a family.” Shelter Norland’s Gina Lusk described the list as part of a “pattern of slow decay”.", [(DIRECT, "Each of these is a family", "Clement Aird", "Orrin Housing Trust"), (FRAGMENT, "pattern of slow decay", "Gina Lusk", "Shelter Norland")], "o_poss1"),
    ("“Two debts make one bigger debt,” warned Thea Weller, of the union Carers Together. “I fear the worst,” said Milo Hart, from the charity Warm Homes.", [(DIRECT, "Two debts make one bigger debt", "Thea Weller", "Carers Together"), (DIRECT, "I fear the worst", "Milo Hart", "Warm Homes")], "o_union"),
    limit("a watchdog is not named by the next paragraph", "Early work on the fund was “in a mess”, a spending watchdog said today.\n\nThe Audit Review Office found “no plan, no lead and no budget” in the first months.", [(FRAGMENT, "in a mess", "~watchdog", "Audit Review Office"), (FRAGMENT, "no plan, no lead and no budget", "Audit Review Office", "Audit Review Office")], "o_watchdog"),
    ("“People stood in line for hours,” said Meena Ganguly of Human Rights Watch, who watched the vote.", [(DIRECT, "People stood in line for hours", "Meena Ganguly", "Human Rights Watch")], "z_post"),
    ("Una Petrie, who chairs the board of Leith Homes, met Colm Daly, the director of the Orrin Trust. Petrie said the plan was “a gift”.", [(FRAGMENT, "a gift", "Una Petrie", "Leith Homes")], "z_mentions"),
    ("The British capital's new mayor on Tuesday rejected Tory candidate Douglas Tarn. Tarn said he was “happy to see” it.", [(FRAGMENT, "happy to see", "Douglas Tarn")], "z_rolebad"),
    ("Greta Hoyle, who buys footwear for the Cavalry Museum, said it was worn. Odo Marsh, speaking for the Weavers’ Guild, said it was not.", [(INDIRECT, "it was worn", "Greta Hoyle", "Cavalry Museum"), (INDIRECT, "it was not", "Odo Marsh", "Weavers’ Guild")], "works_for"),
    ("Una Petrie, who had come from the borough council’s parks office, said it was mown. Odo Marsh, whose charity Second Helping feeds forty, said it was not.", [(INDIRECT, "it was mown", "Una Petrie"), (INDIRECT, "it was not", "Odo Marsh", "Second Helping")], "come_from"),
    ("Una Petrie, who lives at Rose Court Care Home, said it was cold. Odo Marsh, MP for Upper Dene, said it was not. Ada Frith, once a porter at Dene Infirmary, said it was colder then.", [(INDIRECT, "it was cold", "Una Petrie", ""), (INDIRECT, "it was not", "Odo Marsh", ""), (INDIRECT, "it was colder then", "Ada Frith", "")], "no_body"),
    ("Una Petrie, who chairs Sallow health and care partnership, said it was new. Odo Marsh, chief constable of the Two Moors force, said it was not. Ada Frith, head of nursing at St Mungo Hospital, said it was neither.", [(INDIRECT, "it was new", "Una Petrie", "Sallow health and care partnership"), (INDIRECT, "it was not", "Odo Marsh", "Two Moors force"), (INDIRECT, "it was neither", "Ada Frith", "St Mungo Hospital")], "longer_names"),
    ("A spokesman for the transport department said the road would open. Ada Frith, of the Comet, was there.", [(INDIRECT, "the road would open", "~spokesman", "transport department")], "no_name"),
    ("The Dene Rivers Trust met on Monday. Ada Frith, the chief executive, said the weir had gone. Odo Marsh, a farmer, said it had not.", [(INDIRECT, "the weir had gone", "Ada Frith", "Dene Rivers Trust"), (INDIRECT, "it had not", "Odo Marsh", "")], "only_body"),
    ("The Dene Rivers Trust met Orrin Water Company on Monday. Ada Frith, the chief executive, said the weir had gone.", [(INDIRECT, "the weir had gone", "Ada Frith", "")], "which_body"),
    ("The Dene Council plan was read out. Ada Frith, the ward sister, said the beds were full.", [(INDIRECT, "the beds were full", "Ada Frith", "")], "ward_sister"),
    ("Larkhill Foods, a family firm in Dene, is to close. Ada Frith, the firm’s director, said the rent had doubled.", [(INDIRECT, "the rent had doubled", "Ada Frith", "Larkhill Foods")], "plain_name"),
    ("The Upper Dene Ringers met on Monday. A spokesman for the Upper Dene Ringers said the bell was cracked.", [(INDIRECT, "the bell was cracked", "~spokesman", "Upper Dene Ringers")], "spokesman_for_plain_name"),
    ("Orrin school met on Monday. Una Petrie, president of Pupils’ Voice, said it was cold. Odo Marsh, of the Widow’s Fund, said it was not. Ada Frith, chief nurse at Lowmoor General, said it was neither.", [(INDIRECT, "it was cold", "Una Petrie", "Pupils’ Voice"), (INDIRECT, "it was not", "Odo Marsh", "Widow’s Fund"), (INDIRECT, "it was neither", "Ada Frith", "Lowmoor General")], "names_that_own"),
    ("The Comet’s Una Petrie said it was cold. Shelter’s Odo Marsh said it was not.", [(INDIRECT, "it was cold", "Una Petrie", "Comet"), (INDIRECT, "it was not", "Odo Marsh", "Shelter")], "owners_of_persons"),
    ("Una Petrie, clerk to Dene Harbour Commissioners, said it was cold. Odo Marsh, head of Commons Grain Watch, said it was not. Mid Orrin Water’s chief engineer, Ada Frith, said it was neither.", [(INDIRECT, "it was cold", "Una Petrie", "Dene Harbour Commissioners"), (INDIRECT, "it was not", "Odo Marsh", "Commons Grain Watch"), (INDIRECT, "it was neither", "Ada Frith", "Mid Orrin Water")], "bodies_in_roles"),
    ("Una Petrie, who founded Second Helping, said it was cold. For the Weavers’ Guild, Odo Marsh said it was not.", [(INDIRECT, "it was cold", "Una Petrie", "Second Helping"), (INDIRECT, "it was not", "Odo Marsh", "Weavers’ Guild")], "founded"),
    ("Una Petrie came late. As chair of Dene Homes she has a key. She said it was cold.", [(INDIRECT, "it was cold", "Una Petrie", "Dene Homes")], "as_chair"),
    ("Dene Council met on Monday. Una Petrie, who leads the Green group, said it was cold. The committee’s chair, Odo Marsh, said it was not.", [(INDIRECT, "it was cold", "Una Petrie", "Dene Council"), (INDIRECT, "it was not", "Odo Marsh", "Dene Council")], "parts_of_a_council"),
    ("The Dene Rivers Trust met on Monday. It heard from Orrin Water Company. Ada Frith, the head of weirs, said one had gone. Her deputy, Odo Marsh, said it had not. Una Petrie, a nurse, said neither had.", [(INDIRECT, "one had gone", "Ada Frith", "Dene Rivers Trust"), (INDIRECT, "it had not", "Odo Marsh", "Dene Rivers Trust"), (INDIRECT, "neither had", "Una Petrie", "")], "body_of_the_article"),
    ("Orrin Council met. Sallow Birdwatchers has ten members. Its secretary, Una Petrie, said they were cold.", [(INDIRECT, "they were cold", "Una Petrie", "Sallow Birdwatchers")], "its_name"),
    ("The Dene Rivers Trust denied it. A spokesman said the weir had held.\n\nA spokeswoman said the bank had not.", [(INDIRECT, "the weir had held", "~spokesman", "Dene Rivers Trust"), (INDIRECT, "the bank had not", "~spokeswoman", "")], "whose_spokesman"),
    ("Una Petrie, 79, of Upper Dene, said it was cold. Odo Marsh, a farmer from the same party, said it was not.", [(INDIRECT, "it was cold", "Una Petrie"), (INDIRECT, "it was not", "Odo Marsh", "")], "no_body_either"),
    ("Tess Okoro, the union’s secretary, said pay was low. Ada Frith, a baker from Luton with two children, said it was not.", [(INDIRECT, "pay was low", "Tess Okoro", ""), (INDIRECT, "it was not", "Ada Frith", "")], "from_a_place"),
]  # fmt: skip

OPEN_VERBS = [
    ("Una Petrie spoke first. “That ship has sailed for all of us,” boasted Tom Leckie.", [(DIRECT, "That ship has sailed for all of us", "Tom Leckie")], "verb_boasted"),
    ("Una Petrie spoke first. “That ship has sailed for all of us,” cautioned Tom Leckie.", [(DIRECT, "That ship has sailed for all of us", "Tom Leckie")], "verb_cautioned"),
    ("Una Petrie spoke first. “That ship has sailed for all of us,” chanted Tom Leckie.", [(DIRECT, "That ship has sailed for all of us", "Tom Leckie")], "verb_chanted"),
    ("Una Petrie spoke first. “That ship has sailed for all of us,” conceded Tom Leckie.", [(DIRECT, "That ship has sailed for all of us", "Tom Leckie")], "verb_conceded"),
    ("Una Petrie spoke first. “That ship has sailed for all of us,” enthused Tom Leckie.", [(DIRECT, "That ship has sailed for all of us", "Tom Leckie")], "verb_enthused"),
    ("Una Petrie spoke first. “That ship has sailed for all of us,” exhorted Tom Leckie.", [(DIRECT, "That ship has sailed for all of us", "Tom Leckie")], "verb_exhorted"),
    ("Una Petrie spoke first. “That ship has sailed for all of us,” gushed Tom Leckie.", [(DIRECT, "That ship has sailed for all of us", "Tom Leckie")], "verb_gushed"),
    ("Una Petrie spoke first. “That ship has sailed for all of us,” lamented Tom Leckie.", [(DIRECT, "That ship has sailed for all of us", "Tom Leckie")], "verb_lamented"),
    ("Una Petrie spoke first. “That ship has sailed for all of us,” maintained Tom Leckie.", [(DIRECT, "That ship has sailed for all of us", "Tom Leckie")], "verb_maintained"),
    ("Una Petrie spoke first. “That ship has sailed for all of us,” mumbled Tom Leckie.", [(DIRECT, "That ship has sailed for all of us", "Tom Leckie")], "verb_mumbled"),
    ("Una Petrie spoke first. “That ship has sailed for all of us,” muttered Tom Leckie.", [(DIRECT, "That ship has sailed for all of us", "Tom Leckie")], "verb_muttered"),
    ("Una Petrie spoke first. “That ship has sailed for all of us,” opined Tom Leckie.", [(DIRECT, "That ship has sailed for all of us", "Tom Leckie")], "verb_opined"),
    ("Una Petrie spoke first. “That ship has sailed for all of us,” posted Tom Leckie.", [(DIRECT, "That ship has sailed for all of us", "Tom Leckie")], "verb_posted"),
    ("Una Petrie spoke first. “That ship has sailed for all of us,” protested Tom Leckie.", [(DIRECT, "That ship has sailed for all of us", "Tom Leckie")], "verb_protested"),
    ("Una Petrie spoke first. “That ship has sailed for all of us,” quipped Tom Leckie.", [(DIRECT, "That ship has sailed for all of us", "Tom Leckie")], "verb_quipped"),
    ("Una Petrie spoke first. “That ship has sailed for all of us,” ranted Tom Leckie.", [(DIRECT, "That ship has sailed for all of us", "Tom Leckie")], "verb_ranted"),
    ("Una Petrie spoke first. “That ship has sailed for all of us,” recounted Tom Leckie.", [(DIRECT, "That ship has sailed for all of us", "Tom Leckie")], "verb_recounted"),
    ("Una Petrie spoke first. “That ship has sailed for all of us,” reflected Tom Leckie.", [(DIRECT, "That ship has sailed for all of us", "Tom Leckie")], "verb_reflected"),
    ("Una Petrie spoke first. “That ship has sailed for all of us,” scoffed Tom Leckie.", [(DIRECT, "That ship has sailed for all of us", "Tom Leckie")], "verb_scoffed"),
    ("Una Petrie spoke first. “That ship has sailed for all of us,” sighed Tom Leckie.", [(DIRECT, "That ship has sailed for all of us", "Tom Leckie")], "verb_sighed"),
    ("Una Petrie spoke first. “That ship has sailed for all of us,” sneered Tom Leckie.", [(DIRECT, "That ship has sailed for all of us", "Tom Leckie")], "verb_sneered"),
    ("Una Petrie spoke first. “That ship has sailed for all of us,” stormed Tom Leckie.", [(DIRECT, "That ship has sailed for all of us", "Tom Leckie")], "verb_stormed"),
    ("Una Petrie spoke first. “That ship has sailed for all of us,” thundered Tom Leckie.", [(DIRECT, "That ship has sailed for all of us", "Tom Leckie")], "verb_thundered"),
    ("Una Petrie spoke first. “That ship has sailed for all of us,” vented Tom Leckie.", [(DIRECT, "That ship has sailed for all of us", "Tom Leckie")], "verb_vented"),
    ("Una Petrie spoke first. “That ship has sailed for all of us,” whined Tom Leckie.", [(DIRECT, "That ship has sailed for all of us", "Tom Leckie")], "verb_whined"),
    ("Una Petrie spoke first. “That ship has sailed for all of us,” whispered Tom Leckie.", [(DIRECT, "That ship has sailed for all of us", "Tom Leckie")], "verb_whispered"),
    ("Una Petrie spoke first. “That ship has sailed for all of us,” wondered Tom Leckie.", [(DIRECT, "That ship has sailed for all of us", "Tom Leckie")], "verb_wondered"),
    ("Una Petrie spoke first. “That ship has sailed for all of us,” yelled Tom Leckie.", [(DIRECT, "That ship has sailed for all of us", "Tom Leckie")], "verb_yelled"),
    ("Una Petrie spoke first.\n\nAs Tom Leckie put it in a note to members, “The ship has sailed.”\n\n“I could have stayed at home and baked,” Ruth Amis shot back. “It is my turn,” Leo Varga chimed in. “Tell her I came,” Jan Moss said, and her husband cut in: “Do not forget me.”", [(DIRECT, "The ship has sailed", "Tom Leckie"), (DIRECT, "I could have stayed at home and baked", "Ruth Amis"), (DIRECT, "It is my turn", "Leo Varga"), (DIRECT, "Tell her I came", "Jan Moss"), (DIRECT, "Do not forget me", "~her husband")], "verbp1"),
]  # fmt: skip

TABLES = [
    ACCORDING_TO,
    CLAUSES_BEFORE_AND_BEHIND,
    REPORTED_CLAUSES,
    NO_STATEMENTS,
    FRAGMENTS,
    NAMES_AND_TITLES,
    UNNAMED_SPEAKERS_AND_OPEN_NOUNS,
    PRONOUNS_AND_GOING_ON,
    TWO_OF_ONE_SURNAME,
    ATTRIBUTIONS_BESIDE_A_QUOTATION,
    MARKS,
    ORGANISATIONS,
    OPEN_VERBS,
]


def stripped(words):
    return words.strip(" ,.;:!?–—…\"'“”‘’")


def is_right(statement, expected):
    kind, words, speaker, *organisation = expected
    if kind and (statement.kind == INDIRECT) != (kind == INDIRECT):
        return False
    if words is not None and stripped(statement.text) != stripped(words):
        return False
    if organisation and statement.organisation != organisation[0]:
        return False
    if speaker is None:
        return True
    if speaker.startswith("~"):
        named = statement.speaker and statement.speaker[0].isupper() and statement.speaker != statement.organisation
        here = f"{statement.mention} {statement.role} {statement.speaker}".lower()
        return speaker[1:].lower() in here and (not named or statement.speaker.lower() in speaker.lower())
    if speaker.startswith("!"):
        return statement.speaker != speaker[1:]
    return statement.speaker == speaker or (not speaker and statement.speaker[:1].islower())


@pytest.mark.parametrize("passage, expected, name", [row for table in TABLES for row in table])
def test_constructions(passage, expected, name):
    article = Article("0123456789ab", "", "", "", "", "a.txt", passage, "")
    found: list[Statement] = find_statements(article)
    for one in (one for one in expected if one != MORE):
        right = next((statement for statement in found if is_right(statement, one)), None)
        assert right, one
        found.remove(right)
    assert MORE in expected or found == []
