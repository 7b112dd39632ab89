package orrery.draw;

import java.util.List;

/**
 * What some layers have in a slot in which others have something else.
 *
 * @param name short, and no other alternative's of that slot
 * @param where which layers take it, in words: {@code the first 3 of 61 layers: 0–2}
 * @param layers their indices, ascending
 */
record Alternative(Box box, String name, String where, List<Integer> layers) {
    Alternative {
        layers = List.copyOf(layers);
    }
}
