/** What a token is to the parser. */
export type TokenType =
  | "number"
  | "symbol"
  | "constant"
  | "word"
  | "function"
  | "open"
  | "close"
  | "bar"
  | "operator"
  | "relation"
  | "separator"
  | "set"
  | "postfix"
  | "command"
  | "environment"
  | "script"
  | "cell"
  | "unknown";

/** A token; `spaced` when white space stands in front of it. An unknown one is the name of a command that is not read. */
export interface Token {
  readonly type: TokenType;
  readonly text: string;
  readonly spaced: boolean;
}

type Meaning = readonly [TokenType, string] | null;

function all(type: TokenType, names: string): [string, Meaning][] {
  return names.split(" ").map((name) => [name, [type, name]]);
}

function alias(meaning: Meaning, names: string): [string, Meaning][] {
  return names.split(" ").map((name) => [name, meaning]);
}

const FUNCTIONS =
  "sin cos tan cot sec csc arcsin arccos arctan arccot arcsec arccsc sinh cosh tanh coth sech csch " +
  "arcsinh arccosh arctanh arccoth arcsech arccsch ln log exp sqrt abs max min gcd lcm det floor ceil";
const GREEK =
  "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi rho sigma tau upsilon phi chi psi omega " +
  "Gamma Delta Theta Lambda Xi Sigma Upsilon Phi Psi Omega ell hbar";

/** Words that mean the same with and without a backslash. */
const NAMES: readonly [string, Meaning][] = [
  ...all("function", FUNCTIONS),
  ...alias(["function", "arcsin"], "asin"),
  ...alias(["function", "arccos"], "acos"),
  ...alias(["function", "arctan"], "atan arctg"),
  ...alias(["function", "arccot"], "acot arcctg"),
  ...alias(["function", "arcsinh"], "arsinh asinh argsinh"),
  ...alias(["function", "arccosh"], "arcosh acosh argcosh"),
  ...alias(["function", "arctanh"], "artanh atanh argtanh"),
  ...alias(["function", "arccoth"], "arcoth acoth"),
  ...alias(["function", "arcsech"], "arsech asech"),
  ...alias(["function", "arccsch"], "arcsch acsch"),
  ...alias(["function", "gcd"], "GCD gcf GCF hcf HCF"),
  ...alias(["function", "lcm"], "LCM"),
  ...alias(["function", "binomial"], "nCr comb"),
  ...alias(["function", "permutations"], "nPr perm"),
  ...alias(["operator", "mod"], "mod"),
  ...alias(["constant", "pi"], "pi"),
];

/** LaTeX commands by name. Null: it is left out, as it changes only the looks. A command that is not here is not read. */
export const COMMANDS: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ...NAMES.filter(([name]) => name !== "sqrt"),
  // Without a backslash, tg is a product of t and g.
  ...alias(["function", "tan"], "tg"),
  ...alias(["function", "cot"], "ctg cotg"),
  ...all("symbol", GREEK),
  ...alias(["symbol", "epsilon"], "varepsilon"),
  ...alias(["symbol", "T"], "top intercal"),
  ...alias(["symbol", "phi"], "varphi"),
  ...alias(["symbol", "theta"], "vartheta"),
  ...alias(["function", "log"], "lg"),
  ...alias(["constant", "infinity"], "infty"),
  ...all("command", "frac sqrt binom overline sum prod begin end"),
  ...alias(["command", "overline"], "bar"),
  ...alias(["command", "frac"], "dfrac tfrac cfrac"),
  ...alias(["command", "binom"], "dbinom tbinom"),
  ...alias(["operator", "*"], "cdot times ast"),
  ...alias(["operator", "/"], "div"),
  ...alias(["operator", "+-"], "pm"),
  ...alias(["operator", "-+"], "mp"),
  ...alias(["operator", "mod"], "bmod"),
  ...alias(["operator", "modulo"], "pmod"),
  ...all("operator", "over choose"),
  ...alias(["relation", "!="], "ne neq"),
  ...alias(["relation", "<"], "lt"),
  ...alias(["relation", ">"], "gt"),
  ...alias(["relation", "<="], "le leq leqslant"),
  ...alias(["relation", ">="], "ge geq geqslant"),
  ...alias(["relation", "~"], "approx simeq"),
  ...all("operator", "sim"),
  ...alias(["relation", "in"], "in"),
  ...alias(["relation", "="], "coloneqq"),
  ...alias(["relation", "\u2261"], "equiv"),
  ...alias(["set", "union"], "cup bigcup"),
  ...alias(["set", "intersection"], "cap bigcap"),
  ...alias(["set", "difference"], "setminus backslash smallsetminus"),
  ...alias(["symbol", "\u2205"], "emptyset varnothing"),
  ...alias(["open", "{"], "{ lbrace"),
  ...alias(["close", "}"], "} rbrace"),
  ...alias(["open", "["], "lbrack"),
  ...alias(["close", "]"], "rbrack"),
  ...alias(["open", "("], "langle lparen"),
  ...alias(["close", ")"], "rangle rparen"),
  ...alias(["open", "floor"], "lfloor"),
  ...alias(["close", "floor"], "rfloor"),
  ...alias(["open", "ceil"], "lceil"),
  ...alias(["close", "ceil"], "rceil"),
  ...alias(["bar", "|"], "vert lvert rvert mid"),
  ...alias(["bar", "norm"], "| Vert lVert rVert"),
  ...alias(["postfix", "%"], "%"),
  ...alias(["postfix", "degree"], "circ degree"),
  ...alias(["postfix", "'"], "prime"),
  ...alias(["separator", "row"], "\\"),
  ...alias(["separator", "quad"], "quad qquad"),
  ...alias(["separator", "and"], "land wedge"),
  ...alias(["separator", "or"], "lor vee"),
  ...alias(["symbol", "dots"], "ldots dots cdots dotsc dotsb"),
  ...alias(
    null,
    ", ; : ! > displaystyle textstyle limits left right tiny small normalsize large Large LARGE huge Huge big Big bigg Bigg bigl bigr Bigl Bigr",
  ),
  ...alias(null, "biggl biggr mleft mright $ angle triangle mathit mathcal mathsf hat rm bf"),
  ...alias(
    null,
    "boldsymbol mathbf bm mathtt vec overrightarrow widehat boxed fbox therefore thinspace nobreakspace underline checkmark pounds euro",
  ),
]);

/** Commands whose braces hold words. */
export const TEXTS: ReadonlySet<string> = new Set(
  "text textbf textit textrm textnormal textsf mbox mathrm operatorname".split(" "),
);

/** Commands that set the letter of a vector: bars around it are its length. */
export const VECTORS: ReadonlySet<string> = new Set("boldsymbol mathbf bm vec overrightarrow".split(" "));

/** Commands in front of an answer that say only that it follows. */
export const ARROWS: ReadonlySet<string> = new Set(
  "Rightarrow Longrightarrow implies to rightarrow longrightarrow Leftrightarrow iff leadsto".split(" "),
);

/** Words without a backslash. */
export const PLAIN_WORDS: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ...NAMES,
  ...all("separator", "and or"),
  ...alias(["constant", "infinity"], "inf infinity infty oo Infinity"),
  ...alias(["postfix", "%"], "percent percentage pct"),
  ...alias(["postfix", "degree"], "degrees degree deg"),
  ...alias(["set", "union"], "union"),
  ...GREEK.split(" ")
    .filter((name) => name !== "ell")
    .map((name): [string, Meaning] => [name, ["symbol", name]]),
]);

/** Characters that are one token. */
export const CHARACTERS: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ...all("operator", "+ - * / :"),
  ...all("relation", "= < >"),
  ...all("open", "( ["),
  ...all("close", ") ]"),
  ...all("script", "^ _"),
  ...alias(["postfix", "!"], "!"),
  ...alias(["postfix", "%"], "%"),
  ...alias(["postfix", "'"], "'"),
  ...alias(["separator", ","], ", ;"),
  ...alias(["open", "group"], "{"),
  ...alias(["close", "group"], "}"),
  ...alias(["bar", "|"], "|"),
  ...alias(["cell", "&"], "&"),
  ...alias(null, "$ ~ \u20ac \u00a3 \u20b9 \u00a5"),
]);

/** Characters of Unicode, and operators of several characters, as the LaTeX or text that means the same. */
export const SPELLINGS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "**": "^",
    "<=": "\\le ",
    ">=": "\\ge ",
    "!=": "\\ne ",
    "\u00d7": "*",
    "\u00b7": "*",
    "\u22c5": "*",
    "\u00f7": "/",
    "\u221a": " sqrt ",
    "\u03c0": "\\pi ",
    "\u03b8": "\\theta ",
    "\u03b1": "\\alpha ",
    "\u03b2": "\\beta ",
    "\u221e": "\\infty ",
    "\u2264": "\\le ",
    "\u2265": "\\ge ",
    "\u2260": "\\ne ",
    "\u2248": "\\approx ",
    "\u2261": "\\equiv ",
    "\u2016": "\\| ",
    "\u2220": "\\angle ",
    "=>": "\\Rightarrow ",
    "->": "\\to ",
    "\u2234": " ",
    "\u21d2": "\\Rightarrow ",
    "\u2192": "\\to ",
    "\u2211": "\\sum ",
    "\u220f": "\\prod ",
    "\u00b1": "\\pm ",
    "\u2213": "\\mp ",
    "\u222a": "\\cup ",
    "\u2229": "\\cap ",
    "\u2205": "\\emptyset ",
    "\u2208": "\\in ",
    "\u2216": "\\setminus ",
    "\u00b0": "\\degree ",
    "\u211d": "\\mathbb{R}",
    "\u00bd": " 1/2 ",
    "\u00bc": " 1/4 ",
    "\u00be": " 3/4 ",
    "\u2153": " 1/3 ",
    "\u2154": " 2/3 ",
    "...": "\\ldots ",
    "\u2026": "\\ldots ",
    "\u2044": "/",
    "\u00a0": " ",
    "\u2009": " ",
    "\u202f": " ",
    "\u3001": ",",
    "\u6216": " or ",
    "\u548c": " and ",
  }),
);
