"""Facts that look alike in every language: web addresses, phones, quotations, titles before names."""

import re

from sitewright.copywriting.facts.number_words import SPELLED_PHONE

_TOP_LEVELS = (
    "com|net|org|info|biz|io|co|app|dev|shop|online|site|store|example|br|pt|es|mx|ar|uk|us|ca|eu|de|fr|it|ch|at|be|lu"
    "|ae|sa|eg|ma|qa|kw|jo"
)

# The first pattern that matches a stretch of text names it, so the narrower ones come first.
PATTERNS: dict[str, re.Pattern[str]] = {
    "markup": re.compile(r"</?[A-Za-z!][^>]*>?|\]\(|\*\*|__|`|&#?\w{2,8};|[<>]|^#{1,6} |\{\{|\}\}"),
    "an e-mail address": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "a link": re.compile(
        rf"\b\w+://\S+|\bwww\.\S+|\b[a-z0-9](?:[a-z0-9-]*\.)+(?:{_TOP_LEVELS})\b(?:/\S*)?", re.IGNORECASE
    ),
    "a phone number": re.compile(
        rf"\+?\(?\d(?:[\d()\s-]|\.(?=\d)){{5,18}}\d|{SPELLED_PHONE.pattern}", re.IGNORECASE
    ),
    "a price": re.compile(r"R\$|US\$|[$€£¥₹]"),
    "a percentage": re.compile(r"[%‰٪]"),
    "a rating": re.compile(r"[★☆⭐✰✪🌟]+"),
    "a quotation": re.compile(
        r"[“\"«„][^”\"»“]{12,}[”\"»“]?|(?<![\w])'(?:[^'.!?]|'(?=\w)|[.!?](?!\s)){12,}[.!?]?'(?!\w)"
    ),
    "a year in Roman numerals": re.compile(
        r"\bM{1,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})\b"
    ),
    "a century": re.compile(
        r"\b(?:s[ie][cg][ul]+[oe]s?|century|centuries) [XVI]{1,5}\b"
        r"|\b[XVI]{1,5}(?:th|e|eme)? (?:century|siecles?|secolo|secoli)\b",
        re.IGNORECASE,
    ),
    "a person's name": re.compile(
        r"\b(?:Dr|Dra|Mr|Mrs|Ms|Prof|Profa|Sr|Sra|Srta|Don|Dona|Seu|Doutor|Doutora|Doctor|Doctora|Chef|Mestre|"
        r"Maestro|Capt|Eng|Enga|M(?=\.)|Mme|Mlle|Docteure?|Herrn?|Frau|Doktor|Sig(?=\.)|Signora?|Dott|Dottoressa"
        r"|Avv(?=\.))\b(?:\.(?:ssa|ra)\b)?\.? +[A-Z][\w'-]+(?: +(?:d[aeo]s? +|v[ao]n +)?[A-Z][\w'-]+)*"
        r"|(?<!\w)[وف]?(?:ال|لل)(?:دكتورة?|سيدة?|استاذة?|شيخ) "
        r"(?!ال|لل|(?:هو|هي|في|من|على|عن|مع|قبل|بعد|عند|حول|كل|دون|نفسه|نفسها|حين|كما|اذا|لم|لن|قد)\b)\w{3,}"
    ),
}
