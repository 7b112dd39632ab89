package orrery.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import orrery.kernel.Attention;
import orrery.kernel.Backend;
import orrery.kernel.Ceilings;
import orrery.kernel.Kernels;
import orrery.kernel.Weight;
import orrery.spec.Heads;
import orrery.spec.Reach;
import orrery.tensor.DType;
import orrery.tensor.KvType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * Every important kernel compared with the ceiling that bounds it, probed right before and after each run. Shapes are
 * those of Llama 3.2 1B. Prints medians, the spread between the quartiles, and one line of JSON.
 *
 * <p>Options: {@code --threads n}, {@code --rounds n}, {@code --warm-up ms} (per row), {@code --only text} (rows whose
 * name contains it), {@code --backend name}, {@code --clock cpu} (CPU time of one thread, which excludes other
 * programs), {@code --activations bf16} (rounded, for BF16 weights).
 */
public final class KernelTable {
    /** Weights are taken from here in turn, so that none is cached when its turn comes again. */
    private static final long BUFFER = 1280L << 20;

    private static final long PROBE = 64L << 20;

    /** Bytes of packed weights of one dtype. */
    private static final long PACKED = 320L << 20;

    private final String backend;
    private final Kernels kernels;
    private final Ceilings ceilings;
    private final MemorySegment buffer;
    private final int threads;
    private final int rounds;
    private final int warmUp;
    private final String only;
    private final LongSupplier clock;
    private final List<String> json = new ArrayList<>();
    private long next;

    private KernelTable(
            String backend,
            Kernels kernels,
            Ceilings ceilings,
            MemorySegment buffer,
            int threads,
            int rounds,
            int warmUp,
            String only,
            LongSupplier clock) {
        this.backend = backend;
        this.kernels = kernels;
        this.ceilings = ceilings;
        this.buffer = buffer;
        this.threads = threads;
        this.rounds = rounds;
        this.warmUp = warmUp;
        this.only = only;
        this.clock = clock;
    }

    /** The ceiling that bounds a kernel. */
    enum Bound {
        MEMORY("GB/s"),
        ARITHMETIC("GFLOP/s");

        private final String unit;

        Bound(String unit) {
            this.unit = unit;
        }
    }

    /** See the class. */
    public static void main(String[] arguments) {
        int threads = Runtime.getRuntime().availableProcessors();
        int rounds = 7;
        int warmUp = 600;
        boolean processor = false;
        boolean bf16 = false;
        String only = "";
        String backend = "vector";
        for (int i = 0; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException("the option " + arguments[i] + " has no value");
            }
            String value = arguments[i + 1];
            switch (arguments[i]) {
                case "--threads" -> threads = Integer.parseInt(value);
                case "--rounds" -> rounds = Integer.parseInt(value);
                case "--warm-up" -> warmUp = Integer.parseInt(value);
                case "--only" -> only = value;
                case "--backend" -> backend = value;
                case "--clock" -> processor = value.equals("cpu");
                case "--activations" -> bf16 = value.equals("bf16");
                default ->
                    throw new IllegalArgumentException("unknown option " + arguments[i]
                            + ", expected --threads, --rounds, --warm-up, --only, --backend, --clock or --activations");
            }
        }
        if (processor && threads != 1) {
            throw new IllegalArgumentException("--clock cpu measures one thread, expected --threads 1 with it");
        }
        var bean = ManagementFactory.getThreadMXBean();
        LongSupplier clock = processor ? bean::getCurrentThreadCpuTime : System::nanoTime;
        var options = new Backend.Options(threads).withBf16Activations(bf16);
        try (var arena = Arena.ofShared();
                var kernels = Backend.named(backend).open(options)) {
            var buffer = arena.allocate(BUFFER, 4096);
            // Small positive numbers in every dtype.
            for (long i = 0; i < BUFFER; i += 4) {
                buffer.set(ValueLayout.JAVA_INT, i, 0x3c003c00 + (int) (i * 31 & 0x7f007f));
            }
            try (var ceilings = new Ceilings(threads, buffer, clock)) {
                new KernelTable(backend, kernels, ceilings, buffer, threads, rounds, warmUp, only, clock).print();
            }
        }
    }

    private void print() {
        System.out.println(
                kernels.description() + ", " + rounds + " rounds; each ratio is to the ceiling of the same moment");
        System.out.printf("%-54s %10s %9s %8s %7s %13s%n", "kernel", "median", "unit", "ceiling", "ratio", "quartiles");
        int[][] shapes = {{2048, 2048}, {8192, 2048}, {2048, 8192}, {128256, 2048}};
        for (int[] shape : shapes) {
            product(1, DType.BF16, Matrix.Layout.OUT_IN, shape[0], shape[1], Bound.MEMORY);
        }
        for (var dtype : new DType[] {DType.F16, DType.F32}) {
            product(1, dtype, Matrix.Layout.OUT_IN, 8192, 2048, Bound.MEMORY);
        }
        for (var dtype : new DType[] {DType.BF16, DType.F16, DType.F32}) {
            product(1, dtype, Matrix.Layout.IN_OUT, 8192, 2048, Bound.MEMORY);
        }
        for (int rows : new int[] {2, 3, 4, 5, 6, 8, 12, 16, 32}) {
            product(rows, DType.BF16, Matrix.Layout.OUT_IN, 8192, 2048, rows < 8 ? Bound.MEMORY : Bound.ARITHMETIC);
        }
        for (int[] shape : Arrays.copyOf(shapes, 3)) {
            product(128, DType.BF16, Matrix.Layout.OUT_IN, shape[0], shape[1], Bound.ARITHMETIC);
        }
        product(512, DType.BF16, Matrix.Layout.OUT_IN, 8192, 2048, Bound.ARITHMETIC);
        for (var dtype : new DType[] {DType.F16, DType.F32}) {
            product(128, dtype, Matrix.Layout.OUT_IN, 8192, 2048, Bound.ARITHMETIC);
        }
        product(128, DType.BF16, Matrix.Layout.IN_OUT, 8192, 2048, Bound.ARITHMETIC);
        for (var dtype : DType.values()) {
            if (dtype.blocked()) {
                packed(dtype, 8192, 2048);
            }
        }
        attention();
        norm(1);
        norm(512);
        System.out.println(
                "{\"machine\": \"" + kernels.description() + "\", \"kernels\": [" + String.join(", ", json) + "]}");
    }

    private void product(int rows, DType dtype, Matrix.Layout layout, int outputs, int inputs, Bound bound) {
        var x = random(rows, inputs);
        var out = kernels.allocate(rows, outputs);
        long bytes = dtype.bytes((long) outputs * inputs);
        // Enough calls per run that the timer and one late thread do not matter.
        int calls = (int) Math.max(1, (bound == Bound.MEMORY ? PROBE : 16 << 20) / bytes);
        long work = calls * (bound == Bound.MEMORY ? bytes : 2L * rows * outputs * inputs);
        row(
                String.format(Locale.ROOT, "matmul %d x %s %s [%d, %d]", rows, dtype, layout, outputs, inputs),
                bound,
                work,
                () -> {
                    for (int i = 0; i < calls; i++) {
                        kernels.matmul(out, x, kernels.prepare(weight(dtype, layout, outputs, inputs, bytes)), rows);
                    }
                });
    }

    private void attention() {
        for (var type : KvType.values()) {
            for (int context : new int[] {1024, 8192, 32_768}) {
                past(Past.GROUPED, "8 x 4 heads of 64", type, context, 1, Bound.MEMORY);
            }
        }
        for (int heads : new int[] {16, 128}) {
            for (var type : KvType.values()) {
                past(Past.latent(heads), heads + " latent heads", type, 8192, 1, Bound.ARITHMETIC);
            }
        }
        for (int rows : new int[] {128, 512}) {
            past(Past.GROUPED, "8 x 4 heads of 64", KvType.F32, 2048, rows, Bound.ARITHMETIC);
        }
        for (var type : KvType.values()) {
            past(Past.GROUPED, "8 x 4 heads of 64", type, 4096, 4096, Bound.ARITHMETIC);
        }
        var wide = new Attention(new Heads(32, 8, 128), 128, Reach.FULL, 0.088f, 0);
        past(wide, "8 x 4 heads of 128", KvType.F32, 4096, 4096, Bound.ARITHMETIC);
        past(wide, "8 x 4 heads of 128", KvType.F32, 8192, 1, Bound.MEMORY);
    }

    private void past(Attention shape, String words, KvType type, int context, int rows, Bound bound) {
        String name = "attend " + type.label() + ", " + words + ", " + rows + (rows == 1 ? " row" : " rows") + " at "
                + context;
        if (!name.contains(only)) {
            return;
        }
        try (var past = new Past(kernels, shape, type, context, rows)) {
            row(name, bound, bound == Bound.MEMORY ? past.bytes() : past.operations(), past::run);
        }
    }

    /**
     * Block-quantized weights, packed if the kernels pack, too many for any cache; bytes are those of the file's
     * format.
     */
    private void packed(DType dtype, int outputs, int inputs) {
        if (!only.isEmpty() && !only.startsWith("matmul packed") && !("matmul packed " + dtype).contains(only)) {
            return;
        }
        long bytes = dtype.bytes((long) outputs * inputs);
        int copies = (int) (PACKED / bytes);
        try (var own = Backend.named(backend).open(new Backend.Options(threads))) {
            var weights = new ArrayList<Weight>();
            for (int i = 0; i < copies; i++) {
                weights.add(own.prepare(weight(dtype, Matrix.Layout.OUT_IN, outputs, inputs, bytes)));
            }
            for (int rows : new int[] {1, 2, 4, 6, 8, 10, 12, 16, 24, 128}) {
                var x = random(rows, inputs);
                var out = kernels.allocate(rows, outputs);
                var bound = rows < 4 ? Bound.MEMORY : Bound.ARITHMETIC;
                int calls = rows < 4 ? copies : (int) Math.max(1, (16 << 20) / bytes);
                double work = calls * (bound == Bound.MEMORY ? bytes : 2.0 * rows * outputs * inputs);
                row("matmul packed " + dtype + ", " + rows + " rows", bound, work, () -> {
                    for (int i = 0; i < calls; i++) {
                        own.matmul(out, x, weights.get(i), rows);
                    }
                });
            }
        }
    }

    private Matrix weight(DType dtype, Matrix.Layout layout, int outputs, int inputs, long bytes) {
        if (next + bytes > BUFFER) {
            next = 0;
        }
        var data = buffer.asSlice(next, bytes);
        next += bytes;
        return new Matrix(dtype, outputs, inputs, layout, layout == Matrix.Layout.OUT_IN ? inputs : outputs, data);
    }

    private void norm(int rows) {
        var x = random(rows, 2048);
        var out = kernels.allocate(rows, 2048);
        var weight = random(1, 2048);
        int calls = Math.max(1, 20_000 / rows);
        row("rmsNorm, " + rows + " rows of 2048", Bound.MEMORY, calls * rows * 2048L * 12, () -> {
            for (int i = 0; i < calls; i++) {
                kernels.rmsNorm(out, x, weight, 1e-5, rows);
            }
        });
    }

    private Tensor random(int rows, int columns) {
        var tensor = kernels.allocate(rows, columns);
        for (long i = 0; i < (long) rows * columns; i++) {
            tensor.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, (i * 31 % 257 - 128) / 128f);
        }
        return tensor;
    }

    private void row(String name, Bound bound, double work, Runnable run) {
        if (!name.contains(only)) {
            return;
        }
        // On a busy machine the compiler needs this long for a tile; until then every vector is an object.
        long warm = System.nanoTime() + warmUp * 1_000_000L;
        do {
            run.run();
        } while (System.nanoTime() < warm);
        var speeds = new double[rounds];
        var ceilingsFound = new double[rounds];
        var ratios = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            double before = probe(bound);
            long start = clock.getAsLong();
            run.run();
            speeds[i] = work / ((clock.getAsLong() - start) / 1e9) / 1e9;
            ceilingsFound[i] = (before + probe(bound)) / 2 / 1e9;
            ratios[i] = speeds[i] / ceilingsFound[i];
        }
        Arrays.sort(speeds);
        Arrays.sort(ceilingsFound);
        Arrays.sort(ratios);
        double median = speeds[rounds / 2];
        double ceiling = ceilingsFound[rounds / 2];
        double ratio = ratios[rounds / 2];
        System.out.printf(
                Locale.ROOT,
                "%-54s %10.1f %9s %8.1f %6.0f%% %5.0f%% .. %3.0f%%%n",
                name,
                median,
                bound.unit,
                ceiling,
                100 * ratio,
                100 * ratios[rounds / 4],
                100 * ratios[rounds - 1 - rounds / 4]);
        json.add(String.format(
                Locale.ROOT,
                "{\"kernel\": \"%s\", \"unit\": \"%s\", \"median\": %.2f, \"ceiling\": %.2f, \"ratio\": %.3f}",
                name,
                bound.unit,
                median,
                ceiling,
                ratio));
    }

    private double probe(Bound bound) {
        return switch (bound) {
            case MEMORY -> {
                if (next + PROBE > BUFFER) {
                    next = 0;
                }
                double speed = ceilings.bandwidth(next, PROBE);
                next += PROBE;
                yield speed;
            }
            case ARITHMETIC -> ceilings.arithmetic();
        };
    }
}
