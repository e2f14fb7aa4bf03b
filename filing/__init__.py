"""Reading papers, knowing faces, and deciding what a filing still needs; knows no web and no case."""
