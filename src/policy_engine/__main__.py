"""Run the program as `python -m policy_engine`."""

from policy_engine.cli import program

if __name__ == "__main__":
    program()
