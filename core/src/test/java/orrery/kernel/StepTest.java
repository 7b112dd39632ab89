package orrery.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StepTest {
    private final Kernels kernels = new ScalarKernels();
    private final Step step = new Step(20);

    @BeforeEach
    void twoSequences() {
        step.addSequence(new PageTable[] {new PageTable()});
        step.addSequence(new PageTable[] {new PageTable()});
    }

    @AfterEach
    void close() {
        kernels.close();
    }

    /** Rows of a sequence from a position on. */
    private void add(int sequence, int from, int count) {
        for (int i = 0; i < count; i++) {
            step.add(sequence, 7, from + i, false);
        }
    }

    @Test
    void aRowSeesUpToItselfAndARowOfASpanUpToItsEnd() {
        add(0, 5, 2);
        add(1, 0, 4);
        step.span(2, 3);
        add(0, 7, 3);
        step.span(6, 1);
        step.span(7, 2);
        assertThat(step.lastSeen()).startsWith(5, 6, 2, 2, 2, 3, 7, 9, 9);
        step.clear();
        assertThat(step.addSequence(new PageTable[0])).isZero();
        add(0, 3, 3);
        step.span(0, 2);
        assertThat(step.lastSeen()).startsWith(4, 4, 5);
    }

    @Test
    void aSpanIsRefusedThatIsEmptyOrHasRowsThatAreNotThere() {
        add(0, 0, 4);
        for (int[] wrong : new int[][] {{0, 0}, {0, -1}, {-1, 2}, {3, 2}, {4, 1}, {1, Integer.MAX_VALUE}}) {
            assertThatThrownBy(() -> step.span(wrong[0], wrong[1]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a span of " + wrong[1] + " rows from row " + wrong[0]
                            + ", expected 1 or more of the step's 4");
        }
    }

    @Test
    void aSpanIsRefusedThatLiesInTwoSequences() {
        add(0, 0, 2);
        add(1, 2, 2);
        assertThatThrownBy(() -> step.span(1, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a span from row 1 of sequence 0 reaches row 2 of sequence 1, expected one sequence");
    }

    @Test
    void aSpanIsRefusedWhosePositionsHaveAGap() {
        add(0, 0, 2);
        add(0, 3, 1);
        assertThatThrownBy(() -> step.span(0, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a span from row 0 has row 2 at position 3, expected 2");
        assertThat(step.lastSeen()).as("nothing is changed").startsWith(0, 1, 3);
    }

    @Test
    void aSpanIsRefusedThatSharesRowsWithAnother() {
        add(0, 0, 6);
        step.span(1, 3);
        for (int first : new int[] {0, 1, 3}) {
            assertThatThrownBy(() -> step.span(first, 2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "a span from row " + first + ", expected row 4 or a later one: an earlier span ends there");
        }
        step.span(4, 2);
    }

    @Test
    void softRowsAreKnownByTheirVectors() {
        var vectors = kernels.allocate(3, 5);
        var others = kernels.allocate(1, 5);
        add(0, 0, 1);
        step.addSoft(0, 262_144, vectors, 2, 1, true);
        step.addSoft(1, -1, others, 0, 0, false);
        add(1, 1, 1);
        assertThat(step.rows()).isEqualTo(4);
        assertThat(step.softCount()).isEqualTo(2);
        assertThat(step.softRows()).startsWith(1, 2);
        assertThat(step.softIndices()).startsWith(2, 0);
        assertThat(step.softVectors(0)).isSameAs(vectors);
        assertThat(step.softVectors(1)).isSameAs(others);
        assertThat(step.tokens()).startsWith(7, 262_144, -1, 7);
        assertThat(step.wanted()).startsWith(1);
        assertThatThrownBy(() -> step.softVectors(2)).isInstanceOf(IndexOutOfBoundsException.class);
        step.clear();
        assertThat(step.softCount()).isZero();
        assertThatThrownBy(() -> step.softVectors(0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void aSoftRowIsRefusedWhoseVectorIsNotThere() {
        var vectors = kernels.allocate(3, 5);
        for (int index : new int[] {-1, 3}) {
            assertThatThrownBy(() -> step.addSoft(0, 1, vectors, index, 0, false))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a soft row is vector " + index + " of 3, expected one of them");
        }
        assertThat(step.rows()).isZero();
    }
}
