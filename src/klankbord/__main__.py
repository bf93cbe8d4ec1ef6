"""`python -m klankbord` is the command line."""

from klankbord.cli import main

main()
