package orrery.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import orrery.tensor.Tensor;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes tensors as one safetensors file. The bytes are written to a temporary file, which is renamed to the target
 * when it is complete, so that a reader sees either the old file or the new one, and tensors mapped from the old file
 * can be written to its place.
 *
 * <p>Tensors are ordered by descending element size, then by name, after a header padded to eight bytes: each starts at
 * a multiple of its element size, and the same tensors always give the same bytes.
 */
public final class SafetensorsWriter {
    private static final JsonFactory FACTORY = JsonFactory.builder().build();

    private SafetensorsWriter() {}

    /** As {@link #write(Path, Map, Map)}, with {@code format: pt}, which Hugging Face's loaders expect. */
    public static void write(Path file, Map<String, Tensor> tensors) {
        write(file, tensors, Map.of("format", "pt"));
    }

    /**
     * Writes {@code tensors} and the strings of {@code metadata}.
     *
     * @throws FormatException if a tensor has the name {@code __metadata__} or a dtype that the format lacks, a name is
     *     not valid Unicode, the header would be longer than the format allows, or the file cannot be written; an
     *     existing file is then unchanged
     */
    public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
        Map<String, TensorSource> sources = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> sources.put(name, TensorSource.of(tensor)));
        writeSources(file, sources, metadata);
    }

    /**
     * The same for tensors that provide their bytes piece by piece and need not be in memory as a whole. If a source
     * throws, no file is left either.
     *
     * @throws IllegalStateException if a source provides fewer or more bytes than its shape has
     */
    public static void writeSources(Path file, Map<String, TensorSource> tensors, Map<String, String> metadata) {
        List<Map.Entry<String, TensorSource>> ordered = tensors.entrySet().stream()
                .sorted(Comparator.<Map.Entry<String, TensorSource>>comparingInt(
                                entry -> -entry.getValue().dtype().blockBytes())
                        .thenComparing(Map.Entry::getKey))
                .toList();
        byte[] header = header(file, ordered, metadata);
        NewFile.write(
                file,
                channel -> {
                    ChannelSink sink = new ChannelSink(channel);
                    sink.writeAll(lengthOf(header));
                    sink.writeAll(ByteBuffer.wrap(header));
                    for (Map.Entry<String, TensorSource> entry : ordered) {
                        sink.write(entry.getKey(), entry.getValue());
                    }
                },
                _ -> {});
    }

    private static byte[] header(
            Path file, List<Map.Entry<String, TensorSource>> ordered, Map<String, String> metadata) {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), json)) {
            generator.writeStartObject();
            if (!metadata.isEmpty()) {
                generator.writeName(SafetensorsHeader.METADATA).writeStartObject();
                new TreeMap<>(metadata).forEach((key, value) -> {
                    requireUnicode(file, key);
                    requireUnicode(file, value);
                    generator.writeStringProperty(key, value);
                });
                generator.writeEndObject();
            }
            long position = 0;
            for (Map.Entry<String, TensorSource> entry : ordered) {
                requireWritable(file, entry.getKey(), entry.getValue());
                long end = Math.addExact(position, entry.getValue().bytes());
                describe(generator, entry.getKey(), entry.getValue(), position, end);
                position = end;
            }
            generator.writeEndObject();
        }
        while (json.size() % Long.BYTES != 0) {
            json.write(' ');
        }
        if (json.size() > Safetensors.LONGEST_HEADER) {
            throw new FormatException("could not write " + file + ": the header takes " + json.size()
                    + " bytes, more than the " + Safetensors.LONGEST_HEADER + " that the format allows");
        }
        return json.toByteArray();
    }

    /** A lone surrogate has no UTF-8: the generator would write an escape that other readers reject. */
    private static void requireUnicode(Path file, String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new FormatException("could not write " + file + ": " + Excerpt.quoted(text)
                    + " holds half of a surrogate pair, expected valid Unicode");
        }
    }

    private static void requireWritable(Path file, String name, TensorSource tensor) {
        requireUnicode(file, name);
        if (name.equals(SafetensorsHeader.METADATA)) {
            throw new FormatException("could not write " + file + ": no tensor may be named " + name);
        }
        if (!SafetensorsHeader.isKnown(tensor.dtype())) {
            throw new FormatException("could not write " + file + ": tensor " + Excerpt.quoted(name) + " is "
                    + tensor.dtype() + ", expected one of " + SafetensorsHeader.known());
        }
    }

    private static void describe(JsonGenerator generator, String name, TensorSource tensor, long begin, long end) {
        generator.writeName(name).writeStartObject();
        generator.writeStringProperty("dtype", tensor.dtype().name());
        generator.writeArrayPropertyStart("shape");
        tensor.shape().dimensions().forEach(generator::writeNumber);
        generator.writeEndArray().writeArrayPropertyStart("data_offsets");
        generator.writeNumber(begin).writeNumber(end).writeEndArray().writeEndObject();
    }

    private static ByteBuffer lengthOf(byte[] header) {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .flip();
    }
}
