package orrery.app;

import orrery.catalog.CatalogException;
import orrery.catalog.Slice;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code --slice}. */
final class SliceConverter implements ITypeConverter<Slice> {
    static final String DESCRIPTION = "use a smaller model within a nested one (Gemma 3n), without writing it: E2B, or"
            + " layers=0-19,25-34;ffn=8192 (either part may be left out)";

    @Override
    public Slice convert(String text) {
        try {
            return Slice.parse(text);
        } catch (CatalogException e) {
            var refusal = new TypeConversionException(String.valueOf(e.getMessage()));
            refusal.initCause(e);
            throw refusal;
        }
    }
}
