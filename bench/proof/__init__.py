"""`make proof`: every theme with every order of the showcase, in real browsers and real checkers."""
