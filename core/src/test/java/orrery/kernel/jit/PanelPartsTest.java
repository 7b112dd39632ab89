package orrery.kernel.jit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PanelPartsTest {
    private final PanelParts parts = new PanelParts();

    private List<Integer> sizes() {
        var sizes = new ArrayList<Integer>();
        for (int part = 0; part < parts.count(); part++) {
            sizes.add(parts.to(part) - parts.from(part));
        }
        return sizes;
    }

    @Test
    void everyPanelOfEveryProductIsInOnePart() {
        int[] panels = {1, 128, 0, 517, 31, 2, 8016};
        for (int threads : new int[] {1, 2, 3, 16, 96}) {
            for (int multiple : new int[] {1, 2}) {
                double work = 0;
                for (int i = 0; i < panels.length; i++) {
                    work += panels[i] * (i + 1.0);
                }
                parts.begin(threads, work);
                for (int i = 0; i < panels.length; i++) {
                    parts.cut(i, panels[i], multiple, 3, 57, i + 1.0);
                }
                int part = 0;
                for (int i = 0; i < panels.length; i++) {
                    for (int next = 0; next < panels[i]; part++) {
                        assertThat(parts.product(part)).isEqualTo(i);
                        assertThat(parts.from(part)).isEqualTo(next);
                        assertThat(parts.to(part)).isBetween(next + 1, Math.min(panels[i], next + 57));
                        next = parts.to(part);
                    }
                }
                assertThat(part).isEqualTo(parts.count());
            }
        }
    }

    @Test
    void partsBecomeSmallerTowardsTheEndOfAllProducts() {
        parts.begin(2, 300);
        parts.cut(0, 200, 1, 4, 40, 1);
        parts.cut(1, 100, 1, 4, 40, 1);
        var sizes = sizes();
        assertThat(sizes.getFirst()).isEqualTo(40);
        assertThat(sizes.getLast()).isLessThanOrEqualTo(4);
        // The end of a product shortens its last part, so each product is checked separately.
        assertThat(sizes.subList(0, 5)).isSortedAccordingTo((a, b) -> b - a);
        assertThat(sizes.subList(6, sizes.size())).isSortedAccordingTo((a, b) -> b - a);
    }

    @Test
    void aPartHasNoFewerPanelsThanAreMultipliedAtOnce() {
        parts.begin(4, 7);
        parts.cut(0, 7, 2, 0, 1, 1);
        assertThat(sizes()).containsExactly(2, 2, 2, 1);
    }
}
