package orrery.kernel.jit;

import java.util.ArrayList;
import java.util.List;
import orrery.tensor.KvType;

/** The functions that attention calls; written when they are first needed. */
final class AttentionCode {
    private final Tier tier;
    private final CodeStore store;
    private final LazyFunctions<SoftmaxWriter.Operation> softmax;
    private final LazyFunctions<KvType> stores;
    private final LazyFunctions<ElementWriter.Operation> elements;
    private final NativeFunction share;
    private final List<FloatTiles> tiles = new ArrayList<>();
    private final List<DotTiles> dots = new ArrayList<>();

    AttentionCode(Tier tier, CodeStore store, LazyFunctions<ElementWriter.Operation> elements) {
        this.tier = tier;
        this.store = store;
        this.elements = elements;
        softmax = new LazyFunctions<>(SoftmaxWriter.Operation.class, what -> SoftmaxWriter.write(tier, what), store);
        stores = new LazyFunctions<>(KvType.class, type -> StoreWriter.write(tier, type), store);
        share = store.add(ShareWriter.write(tier));
    }

    /** The products of one shape. */
    FloatTiles tiles(KvType type, int columns, boolean adds) {
        var stored = elements(type);
        for (int i = 0; i < tiles.size(); i++) {
            if (tiles.get(i).is(stored, columns, adds)) {
                return tiles.get(i);
            }
        }
        var made = new FloatTiles(tier, store, stored, columns, adds);
        tiles.add(made);
        return made;
    }

    /** The products with keys that lie row by row. */
    DotTiles dots(KvType type) {
        var stored = elements(type);
        for (int i = 0; i < dots.size(); i++) {
            if (dots.get(i).is(stored)) {
                return dots.get(i);
            }
        }
        var made = new DotTiles(tier, store, stored);
        dots.add(made);
        return made;
    }

    private static MoveWriter.Operation elements(KvType type) {
        return switch (type) {
            case F32 -> MoveWriter.Operation.F32;
            case F16 -> MoveWriter.Operation.F16;
            case BF16 -> MoveWriter.Operation.BF16;
            case Q8 -> throw new IllegalArgumentException("elements of " + type + " do not stand alone");
        };
    }

    /** What puts heads into a cache ({@link StoreWriter}). */
    NativeFunction store(KvType type) {
        return stores.of(type);
    }

    /** A step of the softmax ({@link SoftmaxWriter}). */
    NativeFunction softmax(boolean capped) {
        return softmax.of(capped ? SoftmaxWriter.Operation.CAPPED : SoftmaxWriter.Operation.PLAIN);
    }

    /** Its end ({@link ShareWriter}). */
    NativeFunction share() {
        return share;
    }

    /** {@code x * n} ({@link ElementWriter}). */
    NativeFunction scale() {
        return elements.of(ElementWriter.Operation.SCALE);
    }

    /** {@code out + x * n}. */
    NativeFunction addTimes() {
        return elements.of(ElementWriter.Operation.ADD_TIMES);
    }
}
