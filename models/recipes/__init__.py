"""How the models that ship were trained and measured: see README.md. Run from the folder models/."""
