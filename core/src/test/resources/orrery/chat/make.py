"""Makes response-templates.json: what transformers.utils.chat_parsing (5.17) reads out of random answers.

    python make.py [SEED [TEXTS]] > response-templates.json

Each case is a template, tools, a prompt's tail and pieces of an answer, all of them ours; the message, or that the
reference raises an error, is the reference's.
"""

import json
import math
import random
import sys

from transformers.utils.chat_parsing import ResponseParser

CALL = {"type": "function", "function": {"name": "{name}", "arguments": "{content}"}}
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "f",
            "parameters": {
                "type": "object",
                "properties": {
                    "a": {"type": "integer"},
                    "b": {"type": ["number", "null"]},
                    "c": {"anyOf": [{"type": "boolean"}, {"type": "array"}]},
                    "d": {"type": "string", "nullable": True},
                    "e": {"type": "object"},
                },
            },
        },
    }
]
WORDS = ["one ", "two", "\n", "  ", "naïve 日本 ", "<", "1", "-2.5", "true", "\u00a0", "{", "}", "a", "b: c"]
JSONS = [
    '{"name": "f", "arguments": {"a": "7", "b": "1e3", "c": "false", "d": "x", "e": "{}"}}',
    '{"name": "g", "arguments": {}}',
    '{"name": "f", "arguments": {"a": "x", "b": "nan", "c": "[1]", "d": "null", "e": "[]"}}',
    '{"a": [1, 2.5, -0, 1e2, null, true, "\\u00e9\\n"]}',
    '{"a": 1,}',
    "[1, 2]",
    "{}",
    '[{"name": "f", "arguments": {"a": "1"}}, {"name": "g", "arguments": {"b": 2}}]',
    "NaN",
    "12345678901234567890123",
]
KINDS = {
    "tags": (
        {
            "start_anchor": "<s>",
            "defaults": {"role": "assistant"},
            "fields": {
                "thinking": {"open": "<t>", "close": "</t>"},
                "tool_calls": {
                    "open": "<c>",
                    "close": "</c>",
                    "content": "json",
                    "repeats": True,
                    "transform": {"type": "function", "function": "{content}"},
                },
                "content": {"close": ["<e>", "<end>"]},
            },
        },
        ["<t>", "</t>", "<c>", "</c>", "<e>", "<end>", "<s>"] + JSONS,
    ),
    "joined": (
        {
            "start_anchor": ["<s>", "<start>"],
            "fields": {
                "thinking": {"open": ["<t>", "<t>>"], "close": "</t>", "repeats": True, "join": " | "},
                "content": {"repeats": True, "join": "", "content_args": {"strip": False}},
            },
        },
        ["<t>", "<t>>", "</t>", "<s>", "<start>"],
    ),
    "captured": (
        {
            "start_anchor_pattern": r"<\|s\|>\w*:",
            "defaults": {"role": "assistant", "content": ""},
            "fields": {
                "tool_calls": {
                    "open_pattern": r"\[CALL\]\s*(?P<name>\w+)(?:\[ID\](?P<call_id>\w{2,3}))?\[ARGS\]",
                    "close_pattern": r"(?=\[CALL\])|</s>",
                    "content": "json",
                    "content_args": {"allow_non_json": True},
                    "repeats": True,
                    "transform": CALL,
                },
                "content": {"close": "</s>", "repeats": True, "join": "/"},
            },
        },
        ["[CALL]", "[CALL]f", "[ARGS]", "[ID]", "abc", "[CALL]f[ARGS]", "</s>", "<|s|>x:"] + JSONS,
    ),
    "each": (
        {
            "start_anchor": "<s>",
            "fields": {
                "tool_calls": {
                    "open": "[CALLS]",
                    "content": "json",
                    "transform_each": True,
                    "transform": {"function": {"name": "{name}", "arguments": "{arguments}"}, "kind": "x"},
                },
                "content": {"optional": False},
            },
        },
        ["[CALLS]", "[CALLS]"] + JSONS,
    ),
    "xml": (
        {
            "start_anchor": "<s>",
            "fields": {
                "tool_calls": {
                    "open_pattern": r"\s*<call>\s*<function=(?P<name>[^>\n]+)>",
                    "close_pattern": r"</function>\s*</call>",
                    "repeats": True,
                    "content": "xml-inline",
                    "content_args": {
                        "tag_pattern": r"<p=(?P<key>[^>\n]+)>\s*(?P<value>.*?)\s*</p>",
                        "merge_duplicates": True,
                    },
                    "transform": CALL,
                },
                "thinking": {"open": "<t>", "close": "</t>", "content_args": {"strip": False}},
                "content": {"close_pattern": r"\s*(?:<end>|<eos>)"},
            },
        },
        ["<call><function=f>", "<call>", "<function=f>", "</function>", "</call>", "</function>\n</call>", "<end>"]
        + ["<p=a>1</p>", "<p=a>2</p>", "<p=b>\n null \n</p>", "<p=c>TRUE</p>", "<p=e>{\"x\": 1}</p>", "<p=a>", "</p>", "<t>"],
    ),
    "lines": (
        {
            "start_anchor": "<s>",
            "fields": {
                "facts": {
                    "open": "FACTS",
                    "close_pattern": r"\n\n|;",
                    "content": "kv-lines",
                    "content_args": {"kv_sep": "=", "value_parser": {"name": "json", "args": {"allow_non_json": True}}},
                    "repeats": True,
                },
                "more": {"open": "MORE", "close": "END", "content": "kv-lines", "content_args": {"line_sep": ";"}},
                "content": {},
            },
        },
        ["FACTS", "MORE", "END", "\n\n", ";", "a=1\n", "b = [2]\n", "c: d", "e=f=g\n", "FACTSa=1;"],
    ),
    "scalars": (
        {
            "start_anchor": "<s>",
            "fields": {
                "count": {"open": "#", "close": "#", "content": "int", "repeats": True},
                "share": {"open": "%", "close": "%", "content": "float"},
                "sure": {"open": "?", "close": "?", "content": "bool"},
                "list": {"open": "~", "close": "~", "transform": ["{content}", {"x": "{content}", "y": 1}, "plain"]},
            },
        },
        ["#", "%", "?", "~", "12", " +7 ", "1_000", "-inf", "nan", ".5", "1e-3", "1", "TRUE", "no", "#1#", "%2%", "?1?"],
    ),
    "dialect": (
        {
            "start_anchor": ["<turn>model\n", "<response>"],
            "fields": {
                "thinking": {"open": "<channel>thought\n", "close": "<channel|>"},
                "tool_calls": {
                    "open_pattern": r"<\|call>call:(?P<name>\w+)",
                    "close": "<call|>",
                    "repeats": True,
                    "content": "json",
                    "content_args": {"unquoted_keys": True, "string_delims": [["<q>", "<q>"], ["«", "»"]]},
                    "transform": CALL,
                },
                "content": {"close": ["<turn|>", "<eos>", "<e"]},
            },
        },
        ["<channel>thought\n", "<channel|>", "<|call>call:f", "<call|>", "<|call>call:f{a:1}<call|>", "<turn|>", "<eos>"]
        + ["{a:<q>x\"y\n<q>,b:[1]}", "{a:«z»}", "<q>", "{b:{a:true}}", "<e", "<turn>model\n"],
    ),
    "paths": (
        {
            "start_anchor": "<s>",
            "fields": {
                "tool_calls": {
                    "open_pattern": r"\A\s*(?=\{)",
                    "close": ["<eot>", "<eom>"],
                    "content": "json",
                    "transform": {"function": {"name": "{content.name}", "arguments": "{content.arguments}"}},
                },
                "content": {"close": ["<eot>", "<eom>"]},
            },
        },
        ["<eot>", "<eom>", " "] + JSONS,
    ),
    "ends": (
        {
            "start_anchor": "<s>",
            "fields": {
                "note": {"open_pattern": r"\bnote(?!s)", "close_pattern": r"\.|$", "repeats": True},
                "thinking": {"open_pattern": "[{]+", "close_pattern": "[}&&[]{1,2}|(?:^|\\n)end\\b"},
                "content": {"close_pattern": "stop"},
            },
        },
        ["note", "notes", ".", "{", "{{", "}", "}}", "&", "[", "\nend", "ends", "stop", "st", "op"],
    ),
}


def plain(value):
    """JSON that every reader takes: numbers that are none as their names."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value


def case(name, random):
    template, parts = KINDS[name]
    text = "".join(random.choice(parts if random.random() < 0.75 else WORDS) for _ in range(random.randint(1, 9)))
    prefix = "" if random.random() < 0.6 else "".join(random.choice(parts + WORDS) for _ in range(random.randint(1, 4)))
    pieces = []
    while text:
        size = random.randint(1, 1 + random.randint(0, 30))
        pieces.append(text[:size])
        text = text[size:]
    tools = TOOLS if random.random() < 0.5 else None
    expected = {"template": name, "tools": tools is not None, "prefix": prefix, "pieces": pieces}
    try:
        parser = ResponseParser(template, prefix=prefix, tools=tools)
        for piece in pieces:
            parser.feed(piece)
        expected["message"] = plain(parser.finalize()[0])
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        expected["error"] = type(fault).__name__
    return expected


def main():
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    texts = int(sys.argv[2]) if len(sys.argv) > 2 else 150
    chance = random.Random(seed)
    cases = [case(name, chance) for name in KINDS for _ in range(texts)]
    print('{"templates": {')
    print(",\n".join(json.dumps(name) + ": " + json.dumps(kind[0], ensure_ascii=False) for name, kind in KINDS.items()))
    print('}, "tools": ' + json.dumps(TOOLS) + ', "cases": [')
    print(",\n".join(json.dumps(one, ensure_ascii=False) for one in cases))
    print("]}")


main()
