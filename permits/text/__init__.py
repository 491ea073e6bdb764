"""What papers and pages are written with: typefaces, which characters can be printed, numbers in words."""
