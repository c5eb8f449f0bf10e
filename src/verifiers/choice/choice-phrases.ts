/**
 * How a language speaks of choices, beyond text/answer-phrases.ts. Each entry is the source of a pattern, in lower case;
 * every repetition in it is bounded.
 */
export interface ChoicePhrases {
  /** ISO 639-1. */
  readonly language: string;
  /** Names of a choice in front of its letter: "option" in "option B". */
  readonly option: readonly string[];
  /** What states the answer without the word "answer": "the correct option". */
  readonly stated: readonly string[];
  /** Words between that, or "answer", and a letter, beside "is". */
  readonly filler: readonly string[];
  /** In front of a letter that is chosen, or left of all: "I choose B", "leaving B". */
  readonly chosen: readonly string[];
  /** Behind a letter that is right, or left of all: "B is correct", "B remains". */
  readonly right: readonly string[];
  /** In front of a letter that is denied: "not B". */
  readonly denial: readonly string[];
  /** Behind a letter that is denied: "B is wrong". */
  readonly wrong: readonly string[];
  /** Between letters that are all meant. */
  readonly and: readonly string[];
  /** In front of a letter that is only possible. */
  readonly maybe: readonly string[];
  /** In front of a statement that is only supposed, or denied: "if the answer is B". */
  readonly supposed: readonly string[];
  /** With which a sentence begins that takes back what was said. */
  readonly retraction: readonly string[];
}

/** The languages other than English; that is in patterns.ts. */
export const CHOICE_PHRASES: readonly ChoicePhrases[] = [
  {
    language: "zh",
    option: ["选项", "選項"],
    stated: ["(?:正确|正確)的?(?:选项|選項)", "(?:正确|正確)的", "[故应應](?:选择|選擇|选|選)"],
    filler: ["应该?", "應該?", "就", "显然", "顯然", "只能", "只有", "一定", "当然", "可能", "即", "选择?", "選擇?"],
    chosen: ["(?<![不未否]|不[能可会會要该該应應])[选選](?:择|擇)?(?![项項择擇])", "剩下的?(?:只有|就?是)?", "只剩下?"],
    right: ["[选選]?[项項]?[都均才]?是?(?:正确|正確|对的|對的)"],
    denial: [
      "不是",
      "不[选選]择?",
      "排除",
      "是否[选選]?",
      "不(?:能|可以?|会|要|该|应)[选選]",
      "而非",
      "而不是",
      "并非",
      "不[为為]",
      "除了?",
    ],
    wrong: ["[选選]?[项項]?(?:[都均也]|显然)?是?(?:不[对對正成符是选選能可合]|[错錯误誤]|被?排除|可以排除|太)"],
    and: ["和", "与", "以及", "及"],
    maybe: ["也?可能是?", "也许是?", "或许是?"],
    supposed: ["如果", "假如", "假[设設]", "若", "要是", "不[认認]为", "不[觉覺]得", "不[确確]定", "是否"],
    retraction: ["等等", "等一下", "不[对對](?!称)", "不(?=,)", "更正", "[纠糾]正"],
  },
  {
    language: "ja",
    option: ["選択肢"],
    stated: ["正しい(?:の|選択肢|もの)", "正解の選択肢"],
    filler: ["明らかに", "おそらく", "やはり", "選択肢", "の"],
    chosen: ["残るの?は", "残りは"],
    right: ["[がは]正(?:解|しい)", "を選", "(?:だけ)?が残"],
    denial: [],
    wrong: [
      "で?は(?:なく|ない|あり|間違|誤|不正解|違|正しく)",
      "が(?:間違|誤|不正解|違)",
      "じゃ(?:な|あり)",
      "を除",
      "なら",
      "だと(?:す|し|仮定)",
    ],
    and: ["と", "および"],
    maybe: ["たぶん", "もしかする?と"],
    supposed: ["もし"],
    retraction: ["いや", "いえ", "待って", "訂正", "間違え"],
  },
  {
    language: "ko",
    option: ["선택지", "보기"],
    stated: ["(?:올바른|맞는|옳은) (?:것|선택지|보기)[은는이]?"],
    filler: ["아마도?", "분명히?", "당연히", "따라서", "바로"],
    chosen: ["남은 (?:것|선택지|보기)[은는]", "남는 (?:것|선택지|보기)[은는]"],
    right: ["번?[이가은는] (?:정답|답|맞|옳)", "번?[을를] (?:선택|고르)", "번?만 남"],
    denial: [],
    wrong: ["번?[이가은는]? ?(?:아니|아닙|아닌|틀|오답|제외)", "번?(?:이라|라)면", "번?[을를] (?:제외|배제)"],
    and: ["[와과]", "및", "이?나"],
    maybe: ["아마도?"],
    supposed: ["만약"],
    retraction: ["아니(?=[요,.])", "잠깐", "잠시만", "정정"],
  },
  {
    language: "fr",
    option: ["option", "proposition", "choix", "lettre"],
    stated: [
      "bonne (?:option|proposition|lettre)",
      "(?:option|proposition|lettre) correcte",
      "bon choix",
      "choix correct",
    ],
    filler: ["correcte", "juste", "exacte", "finale", "donc", "clairement", "bien", "la", "le", "l['’]", "soit"],
    chosen: ["je (?:choisis|sélectionne|retiens)", "il (?:ne )?reste(?: donc| plus)?(?: que)?", "reste", "laissant"],
    right: [" est (?:donc )?(?:la )?(?:bonne|correcte?|juste|vraie?|exacte?)", " reste(?! à)"],
    denial: ["n['’]est pas", "pas être", "pas", "non", "ni", "sauf", "plutôt que", "éliminer?", "exclure?", "écarter?"],
    wrong: [
      " (?:est|sont) (?:donc )?(?:fau(?:x|sses?)|incorrect|inexact|impossible|exclu|élimin|écart|trop)",
      " n['’](?:est|a) ",
      " ne (?:peut|peuvent|sont|convien|fonctionne|marche)",
    ],
    and: ["et", "ni", "soit"],
    maybe: ["peut-être", "éventuellement"],
    supposed: ["si", "supposons que", "ne (?:pense|crois) pas que"],
    retraction: ["attend(?:s|ez)", "non(?=[,.])", "en fait", "correction", "erreur", "je me suis trompée?"],
  },
  {
    language: "de",
    option: ["option", "möglichkeit", "buchstabe"],
    stated: ["(?:richtig|korrekt)(?= ist|:)", "(?:richtige|korrekte) (?:option|möglichkeit|lösung)", "lösung"],
    filler: ["also", "somit", "daher", "eindeutig", "klar", "die", "der", "option", "buchstabe"],
    chosen: [
      "ich (?:wähle|nehme)",
      "ich entscheide mich für",
      "bleibt(?: also| daher| somit)?(?: nur)?(?: noch)?",
      "lässt(?: nur)?",
    ],
    right: [" ist (?:also )?(?:die )?(?:richtig|korrekt)", " bleibt (?:als einzige )?übrig"],
    denial: ["nicht", "kein", "außer", "statt", "anstatt", "ohne", "schließe"],
    wrong: [
      " (?:ist|sind|war) (?:also )?(?:falsch|nicht|unmöglich|ausgeschlossen|zu )",
      " scheide[tn] ",
      " (?:nicht|kann nicht|können nicht)(?!\\p{L}| [([]?[a-z](?!\\p{L}))",
    ],
    and: ["und", "sowie"],
    maybe: ["vielleicht", "eventuell", "möglicherweise"],
    supposed: ["wenn", "falls", "angenommen,?", "ob", "(?:glaube|denke) nicht, dass"],
    retraction: ["moment", "warte", "nein(?=[,.])", "halt(?=[,.])", "korrektur", "eigentlich", "doch nicht"],
  },
  {
    language: "es",
    option: ["opción", "alternativa", "letra"],
    stated: ["(?:opción|alternativa|letra) correcta", "correcta es"],
    filler: ["correcta", "final", "claramente", "entonces", "la", "el", "opción"],
    chosen: ["(?:elijo|escojo|selecciono)", "me quedo con", "queda(?:ndo)?(?: solo| sólo)?", "dejando"],
    right: [" es (?:la )?(?:respuesta )?(?:correcta|verdadera)", " es la que queda"],
    denial: [
      "no es",
      "no puede ser",
      "no",
      "ni",
      "excepto",
      "salvo",
      "en vez de",
      "en lugar de",
      "descart[ao]r?",
      "elimin[ao]r?",
    ],
    wrong: [
      " (?:es|son) (?:falsas?|incorrectas?|imposibles?|demasiado)",
      " no (?:es|son|puede|pueden|cumple|sirve|vale|funciona)",
      " queda(?:n)? (?:descartad|eliminad|exclu)",
    ],
    and: ["y", "e", "ni"],
    maybe: ["quizás?", "tal vez", "posiblemente"],
    supposed: ["si", "supongamos que", "suponiendo que", "no (?:creo|pienso) que"],
    retraction: ["espera", "no(?=,)", "en realidad", "corrección", "perdón", "me equivoqué"],
  },
];
