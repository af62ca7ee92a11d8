"""How often Modwise answers right, measured on data files of cases; add a file, or cases to one."""
