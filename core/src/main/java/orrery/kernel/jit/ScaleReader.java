package orrery.kernel.jit;

/** Emits the instructions that load scales and minima of a panel's outputs into registers, as floats. */
final class ScaleReader {
    /** Bits of a float's fraction. */
    private static final int FRACTION_BITS = 23;

    private final Assembler code;
    private final PanelLayout layout;
    private final int panels;
    private final Vector spare;
    private final Vector[] scales;
    private final Vector[] headScales;
    private final Vector[] headMinima;
    private final boolean early;

    /** Allocates registers for values worth keeping, as far as enough are left. */
    ScaleReader(Assembler code, PanelLayout layout, ProductRegisters registers, int panels) {
        this.code = code;
        this.layout = layout;
        this.panels = panels;
        spare = registers.x;
        var format = layout.format();
        headScales = kept(registers, format.scales().headBytes());
        headMinima = kept(registers, format.minima().headBytes());
        early = format.scales() == Scales.HALVES && registers.left() >= panels;
        scales = early ? registers.take(panels) : registers.weights;
    }

    private Vector[] kept(ProductRegisters registers, int bytes) {
        return registers.take(bytes > 0 && registers.left() >= panels ? panels : 0);
    }

    /** At the start of 256 inputs. */
    void head() {
        for (int panel = 0; panel < headScales.length; panel++) {
            head(headScales[panel], panel, 0);
        }
        for (int panel = 0; panel < headMinima.length; panel++) {
            head(headMinima[panel], panel, layout.minimaHead());
        }
    }

    /** Loads factors of 256 inputs: four bytes per output are a float, two an F16. */
    private void head(Vector to, int panel, int head) {
        if (layout.format().scales().headBytes() == Float.BYTES) {
            code.vmovups(to, PanelCursor.head(panel, head));
        } else {
            code.vcvtph2ps(to, PanelCursor.head(panel, head));
        }
    }

    /** At the start of 32 inputs: loads issued now have completed when the values are needed. */
    void unit() {
        if (early) {
            halves();
        }
    }

    private void halves() {
        for (int panel = 0; panel < panels; panel++) {
            code.vcvtph2ps(scales[panel], PanelCursor.unit(panel, layout.scales(0)));
        }
    }

    /** The scales of a group, once its weights are multiplied: one register per panel. */
    Vector[] scales(int group) {
        for (int panel = 0; panel < panels && !early; panel++) {
            var to = scales[panel];
            var from = PanelCursor.unit(panel, layout.scales(group));
            switch (layout.format().scales()) {
                case HALVES -> code.vcvtph2ps(to, from);
                case UNSIGNED_BYTES -> {
                    code.vpmovzxbd(to, from);
                    timesHead(to, panel, headScales, 0);
                }
                case SIGNED_BYTES, STEPS, STEPS_OF_HALVES -> {
                    code.vpmovsxbd(to, from);
                    timesHead(to, panel, headScales, 0);
                }
                case FLOATS_OF_HALVES -> code.vmovups(to, from);
                case EXPONENTS -> {
                    code.vpmovzxbd(to, from);
                    code.vpslld(to, to, FRACTION_BITS);
                }
            }
        }
        return scales;
    }

    /** The minima of a group; they overwrite weights. */
    void minima(Vector[] to, int group) {
        for (int panel = 0; panel < panels; panel++) {
            var from = PanelCursor.unit(panel, layout.minima(group));
            switch (layout.format().minima()) {
                case NONE -> {}
                case HALVES -> code.vcvtph2ps(to[panel], from);
                case UNSIGNED_BYTES -> {
                    code.vpmovzxbd(to[panel], from);
                    timesHead(to[panel], panel, headMinima, layout.minimaHead());
                }
                case STEPS_OF_HALVES -> {
                    code.vpmovsxbd(to[panel], from);
                    timesHead(to[panel], panel, headMinima, layout.minimaHead());
                }
            }
        }
    }

    private void timesHead(Vector to, int panel, Vector[] kept, int head) {
        code.vcvtdq2ps(to, to);
        if (kept.length > 0) {
            code.vmulps(to, to, kept[panel]);
        } else {
            head(spare, panel, head);
            code.vmulps(to, to, spare);
        }
    }
}
