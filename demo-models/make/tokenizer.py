"""Writes a smaller tokenizer: tokenizer.py DIR, a new directory.

Of the demo model's tokenizer it keeps the merges that its questions and answers use, in their order, so that these have the
same tokens, and bytes for everything else.
"""
import json
import shutil
import sys
from pathlib import Path

from chats import chats

DEMO = Path(__file__).parents[2] / 'demo-model'
FORMS = ['DeepSeek V3', 'Gemma 3n', 'Llama 4', 'small OLMo 2', 'Qwen 3']


def merged(text, ranks, used):
    pieces = list(text)
    while True:
        best = min(((ranks.get(pair, len(ranks)), i) for i, pair in enumerate(zip(pieces, pieces[1:]))), default=None)
        if best is None or best[0] == len(ranks):
            return
        at = best[1]
        used.add((pieces[at], pieces[at + 1]))
        pieces[at:at + 2] = [pieces[at] + pieces[at + 1]]


if __name__ == '__main__':
    out = Path(sys.argv[1])
    tokenizer = json.loads((DEMO / 'tokenizer.json').read_text())
    model = tokenizer['model']
    merges = [tuple(merge.split(' ') if isinstance(merge, str) else merge) for merge in model['merges']]
    ranks = {merge: rank for rank, merge in enumerate(merges)}
    used = set()
    for turns in (turn for form in FORMS for turn in chats(form)):
        for question, answer in turns:
            for text in ('user\n' + question, 'model\n' + answer):
                merged(text.replace(' ', '▁'), ranks, used)
    made = {left + right for left, right in used}
    by_id = sorted(model['vocab'], key=model['vocab'].get)
    kept = [piece for piece in by_id if piece.startswith('<') or len(piece) == 1 or piece in made]
    model['vocab'] = {piece: i for i, piece in enumerate(kept)}
    model['merges'] = [list(merge) for merge in merges if merge in used]
    out.mkdir(parents=True)
    (out / 'tokenizer.json').write_text(json.dumps(tokenizer, ensure_ascii=False))
    shutil.copy(DEMO / 'tokenizer_config.json', out)
    shutil.copy(DEMO / 'generation_config.json', out)
    print(len(kept))
