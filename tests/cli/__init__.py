"""The commands, over a front door that stands in where no figure matters."""
