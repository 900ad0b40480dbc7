"""The engine of one pod: the loop, the store, and the worker that brings reality to what a spec asks for."""
