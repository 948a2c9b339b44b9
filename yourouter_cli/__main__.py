"""The way in: `yourouter` and `python -m yourouter_cli`."""

import os
import sys

from yourouter_cli import __version__


def run() -> None:
    """Run the command line of this process and leave with its exit code."""
    if sys.argv[1:] == ["--version"] and _tells_version():
        os._exit(0)  # what is imported so far needs no taking down: 1 ms less
    # Imported here because signal brings enum: 4 ms, a third of what `--version` takes.
    import signal

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # Until there is somebody to say it in words, Ctrl-C ends the process without any.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.argv[1:2] == ["__complete"]:
        # At every TAB a person waits for this: no command is imported for it.
        from yourouter_cli.commands.completion.answer import answer_process

        answer_process(sys.argv[2:])
        os._exit(0)
    from yourouter_cli.cli import run_process  # 55 ms that the ways above do without

    run_process(sys.argv[1:])


def _tells_version() -> bool:
    """Answer before anything else is imported: scripts ask this often.

    Returns False when that fails; the long way knows what to say about it.
    """
    try:
        os.write(1, f"yourouter {__version__}\n".encode())
    except OSError:
        return False
    return True


if __name__ == "__main__":
    run()
