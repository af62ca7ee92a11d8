"""From remits to worklist items: what was denied or cut, why, what to do, until when, for how much."""
