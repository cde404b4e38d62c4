"""Whole numbers drawn from a seed: the twin of examples/training/random.ts."""
WORD = 0xFFFFFFFF


def draw_from(seed):
    state = seed & WORD

    def draw(below):
        nonlocal state
        state = (state + 0x6D2B79F5) & WORD
        mixed = ((state ^ (state >> 15)) * (state | 1)) & WORD
        mixed ^= (mixed + (mixed ^ (mixed >> 7)) * (mixed | 61)) & WORD
        return int(((mixed ^ (mixed >> 14)) & WORD) / 2**32 * below)

    return draw
