"""Writes test/goldens/regex.json: what TensorFlow's regular expressions match, replace and refuse. Run with a Python that has TensorFlow:  python tools/goldens/regex.py

Patterns are written out here, and drawn at random from a seed. src/kernels/re2/re2.test.ts compares.
"""
import datetime
import json
import pathlib
import random

from op_cases import tf

PATTERNS = r"""
a** | a++ | a{2}{3} | (?i | (?i)( | ) | ( | [ | [a | [z-a] | [[:foo:]] | [[:word:]x] | [[:^alpha:]] | [[:alpha:] | [[:] | \pX | \p{Foo} | \p{ | \p | \P | \pN | \PN | \pé | \p{^Greek}
\p{Greek} | \P{^Greek} | \p{Lu} | \p{Cn} | \p{C} | \p{Any} | \p{L&} | \p{IsGreek} | \p{greek} | \p{Grek} | \p{Thai} | \p{Latin}+ | \p{Hiragana} | \p{Old_Italic} | \p{} | \p{^}
\_ | \- | \8 | \1 | \12 | \0 | \08 | \07777 | \400 | \Z | \z | \A | \x | \x{ | \x{} | \x{61} | \x{110000} | \x{10FFFF} | \x{6 | \x61 | \xg1 | \xé1 | \e | \é | \  | \a\f\n\r\t\v | \Qa.*\E+ | \Q | \Qab\E* | \Qa\ | \E
(?=a) | (?!a) | (?<=a) | (?<!a) | (?<n>a) | (?P<n>a)(?P=n) | (?P<n>a)(?P<n>b) | (?P<n | (?P<1-a>b) | (?P<é>a) | (?P<>a) | (?P>a) | (?-)a | (?i-)a | (?#a) | (?>a) | (?x)a | (?ii)a | (?s-m:a)b | (?i-i:A)a | (?-i)a | (?i)(?-i)A | (?--i)a | (? | (?P | (?: | (?:) | (?i:
a{1001} | a{2,1} | a{0} | a{0,0}b | a{,2} | a{01} | a{2 | a{1,2 | a{99999999999} | {1} | {, | (a{100}){100} | ((a{10}){10}){11} | (?:x{2}){500} | (?:x{2}){501} | (a{30}){30} | (?:a{0}){1000}{2} | (?:(?:a*){1000}){2}
* | + | ? | |* | ^* | $* | ^+a | \b+a | (*) | a|* | (|a)* | (|a)+ | (a|)* | (a*)* | (a*)+ | (a?)*? | (?:a*)*b | (a*?)* | ()* | (^)* | (|a){2} | (a|){3} | (|a)*? | a?? | a*?b | a+?b | a{2}? | a{1,3}? | (?U)a+ | (?U)a+? | (?U:a*)b
[a-\d] | [\d-z] | [-a] | [a-] | []a] | [^]a] | [] | [^] | [a-b-c] | [\b] | [\Qa] | [\pN-z] | [\p{Foo}] | [^\pL] | [\x{61}-\x{63}] | [^\n] | [^\x00-\x{10FFFF}] | [\]] | [\-a] | [a\ | [é-ω] | [^a]b | (?i)[a-c] | (?i)[^a-c] | [\d\D] | [^\d\D] | [[:space:]\v]
. | (?s). | .* | (?s).* | (?s).+? | ^.$ | (?m)^a$ | (?m)^ | (?m)$ | (?ms)^.*$ | ^ | $ | \b | \B | \ba | a\b | \Ba | \w+ | \W | \s+ | \S | \d | \D | \C | \C\C | (?i)é | (?i)σ | (?i)ſ | (?i)k | (?i)\x{212A} | (?i)\w | (?i)\p{Lu} | (?i)ß | (?i)\W | (?i)[^k]
a|ab|abc | abc|ab|a | (a|ab)(c|bcd)(d*) | (a+)(b+)? | (a)|(b) | ((a)|b)* | (a(b)?)+ | (x)?a | a(?:b|c|d){2,3} | (a)(?i)B | ((a)(?i:b))c | a(?i)b|c | (?:a(?i)b)c | foo$|a | a*|b | (a*)(a|aa) | (a|aa)*$ | x*y* | (a+)(a+) | (a+?)(a*) | ((((a))))\b | ab?c?|é+
(a?){20}a{20} | (a*)*b | (a|a)*c | (a+)+$ | (x+x+)+y | \pN{1000} | (?:\pL{500}){2} | \pL{1000} | .{1000} | (\pL{30}\PL{30}){9}
"""
REWRITES = [rb"<\0>", rb"[\1|\2]", b"", rb"\\-", rb"x\zy", b"x\\", rb"\3", rb"\0\0"]
INPUTS = [b"", b"a", b"aab", b"abcd", "aéa bé".encode(), b"b\xc3", b"a\xc3\xc3\xa9", "éÉσΣςkK\u212aſsß".encode(), b"a\nb\n", b"a\n\nab", b"  12 x_y", b"\xff\x80a", b"xxxxxxxxxxxxxxxxxxxxxxxx", b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "日本x๑\U0001F600".encode(), b"]-^\\{1}a{,2}", b"\xe0\x80\x80\xf4\x90\x80\x80\xed\xa0\x80"]
RAW = [b"\xff", b"[\xff]", b"a\xc3", b"(?P<\xff>a)", b"\xef\xbb\xbfa", b"a\x00b"]
SEED = 20
DRAWN = 700


def drawn(dice, depth=0):
    atom = dice.choice
    pieces = []
    for _ in range(dice.randint(1, 4 - depth)):
        kind = dice.random()
        if kind < 0.55 or depth == 2:
            piece = atom(["a", "b", "c", "é", "σ", ".", "[ab]", "[^a]", r"\w", r"\d", r"\pL", r"\p{Greek}", r"\s", "[^\\W1]", "[b-é]", r"\C", "1", " "])
        elif kind < 0.7:
            piece = atom(["^", "$", r"\b", r"\B", r"\A", r"\z", "(?i)", "(?s)", "(?m)", "(?U)", ""])
        else:
            inner = "|".join(drawn(dice, depth + 1) for _ in range(dice.randint(1, 3)))
            piece = atom(["(", "(", "(?:", "(?i:", "(?m:", "(?U:"]) + inner + ")"
        if dice.random() < 0.35:
            piece += atom(["*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{0,2}?", "{2,}"])
        pieces.append(piece)
    return "".join(pieces)


def drawn_text(dice):
    letters = [b"a", b"b", b"c", b"A", b"B", "é".encode(), "É".encode(), "σ".encode(), b"\n", b"1", b" ", b"_", b"\xc3"]
    return b"".join(dice.choice(letters) for _ in range(dice.randint(0, 9)))


def refusal(error):
    """The first line of TensorFlow's message; none where Python cannot show it."""
    while error is not None and not isinstance(error, tf.errors.InvalidArgumentError):
        # Brackets in the message mislead Python when it looks for names of nodes there.
        error = error.__context__
    if error is None:
        return None
    lines = [line for line in error.message.split("\n") if "Invalid pattern" in line]
    return lines[0].split("\t [[")[0]


def main():
    text, pattern, rewrite = (tf.placeholder(tf.string, shape) for shape in ([None], [], []))
    full = tf.strings.regex_full_match(text, pattern)
    replaced = [tf.strings.regex_replace(text, pattern, rewrite, replace_global=every) for every in (True, False)]
    session = tf.Session()

    def case(one, texts, rewrites):
        row = {"pattern": one.hex(), "texts": [x.hex() for x in texts]}
        try:
            row["full"] = [int(x) for x in session.run(full, {text: texts, pattern: one})]
            row["replaced"] = [
                [w.hex(), every, [x.hex() for x in session.run(op, {text: texts, pattern: one, rewrite: w})]]
                for w in rewrites
                for op, every in zip(replaced, (True, False))
            ]
        except (tf.errors.InvalidArgumentError, ValueError) as error:
            row["error"] = refusal(error)
        return row

    written = [p for line in PATTERNS.strip().split("\n") for p in split(line)]
    dice = random.Random(SEED)
    rows = [case(p.encode(), INPUTS, REWRITES[:2] if i % 3 else REWRITES) for i, p in enumerate(written)]
    rows += [case(p, INPUTS[:8], REWRITES[:2]) for p in RAW]
    rows += [case(drawn(dice).encode(), [drawn_text(dice) for _ in range(6)], REWRITES[:2]) for _ in range(DRAWN)]
    file = {"generator": "tools/goldens/regex.py", "command": "python tools/goldens/regex.py", "tensorflow": tf.__version__, "date": datetime.date.today().isoformat(), "patterns": rows}
    path = pathlib.Path(__file__).parents[2] / "test/goldens/regex.json"
    path.write_text(json.dumps(file, ensure_ascii=False, separators=(",", ":")).replace('{"pattern"', '\n{"pattern"') + "\n")
    print(len(rows), "patterns,", sum("error" in row for row in rows), "refused")


def split(line):
    """The patterns of a line: bars with spaces around them are between them."""
    return line.split(" | ")


main()
