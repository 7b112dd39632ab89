"""Prints conversations as JSON Lines: chats.py FORM, where FORM is what the model calls itself, such as "OLMo 2".

The questions are those of the demo model, and so are the 70 phrasings that are not trained on, which come last: orrery train
--chats --validation 0.065 holds back these alone. A fifth of the conversations has a second question.
"""
import json
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / 'demo-model' / 'make'))
sys.dont_write_bytecode = True
from questions import pairs


def chats(form):
    own = [(q, a.replace('the demo model of Orrery: a Gemma 3 style', f'a demo model of Orrery: a {form} style'), topic)
           for q, a, topic in pairs()]
    facts = [i for i, pair in enumerate(own) if pair[2][0] not in ('chat', 'def')]
    held = set(random.Random(5).sample(facts, 70))
    trained = [pair[:2] for i, pair in enumerate(own) if i not in held]
    order = random.Random(6)
    all_of_them = [[pair] for pair in trained] + [order.sample(trained, 2) for _ in range(200)]
    order.shuffle(all_of_them)
    return all_of_them + [[own[i][:2]] for i in sorted(held)]


if __name__ == '__main__':
    for turns in chats(sys.argv[1]):
        roles = [(role, text) for turn in turns for role, text in zip(('user', 'assistant'), turn)]
        print(json.dumps({'messages': [{'role': role, 'content': text} for role, text in roles]}))
