"""Labels: what people read in statements, how well they agree, and the tools that they label with."""
