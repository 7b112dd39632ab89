package orrery.kernel.jit;

import java.util.ArrayList;
import java.util.List;
import orrery.tensor.KvType;

/** The functions that attention calls, generated on first use. */
final class AttentionCode {
    private final Tier tier;
    private final CodeStore store;
    private final LazyFunctions<SoftmaxWriter.Operation> softmax;
    private final LazyFunctions<KvType> stores;
    private final LazyFunctions<ElementWriter.Operation> elements;
    private final LazyFunctions<BlockRows> blockRows;
    private final NativeFunction share;
    private final List<FloatTiles> tiles = new ArrayList<>();
    private final List<DotTiles> dots = new ArrayList<>();

    private enum BlockRows {
        FLOATS
    }

    AttentionCode(Tier tier, CodeStore store, LazyFunctions<ElementWriter.Operation> elements) {
        this.tier = tier;
        this.store = store;
        this.elements = elements;
        softmax = new LazyFunctions<>(SoftmaxWriter.Operation.class, what -> SoftmaxWriter.write(tier, what), store);
        stores = new LazyFunctions<>(KvType.class, type -> StoreWriter.write(tier, type), store);
        blockRows = new LazyFunctions<>(BlockRows.class, _ -> BlockRowWriter.write(tier), store);
        share = store.add(ShareWriter.write(tier));
    }

    /** The products of one shape. */
    FloatTiles tiles(KvType type, FloatTileWriter.Part part, int columns) {
        for (int i = 0; i < tiles.size(); i++) {
            if (tiles.get(i).is(type, part, columns)) {
                return tiles.get(i);
            }
        }
        var made = new FloatTiles(tier, store, type, part, columns);
        tiles.add(made);
        return made;
    }

    /** The products with keys that are stored in rows. */
    DotTiles dots(KvType type) {
        for (int i = 0; i < dots.size(); i++) {
            if (dots.get(i).is(type)) {
                return dots.get(i);
            }
        }
        var made = new DotTiles(tier, store, type);
        dots.add(made);
        return made;
    }

    /** Stores heads in a cache ({@link StoreWriter}, {@link BlockStoreWriter}). */
    NativeFunction store(KvType type) {
        return stores.of(type);
    }

    /** Widens rows in blocks to floats ({@link BlockRowWriter}). */
    NativeFunction blockRows() {
        return blockRows.of(BlockRows.FLOATS);
    }

    /** A step of the softmax ({@link SoftmaxWriter}). */
    NativeFunction softmax(boolean capped) {
        return softmax.of(capped ? SoftmaxWriter.Operation.CAPPED : SoftmaxWriter.Operation.PLAIN);
    }

    /** The softmax's final division ({@link ShareWriter}). */
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
