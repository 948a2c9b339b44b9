"""The way in: `yourouter` and `python -m yourouter_cli`."""

import sys


def run() -> None:
    """Run the command line of this process and leave with its exit code."""
    if sys.argv[1:] == ["--version"]:
        from yourouter_cli import __version__

        # Answered before anything else is imported: scripts ask this often.
        sys.stdout.write(f"yourouter {__version__}\n")
        return
    from yourouter_cli.cli import run_process

    run_process(sys.argv[1:])


if __name__ == "__main__":
    run()
