"""Eyes: from pictures to percepts in words."""
