"""Cards and logs of other programs: out, and in."""
