"""One module for each family of commands. Texts are translated when a module is imported."""
