"""`python -m filing`: the commands of this library."""

import click

from filing.face_command import face
from filing.fee_command import fee
from filing.read_command import read


@click.group()
def main() -> None:
    """Read papers, compare faces, compute court fees."""


main.add_command(face)
main.add_command(fee)
main.add_command(read)

if __name__ == "__main__":
    main()
