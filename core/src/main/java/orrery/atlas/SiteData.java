package orrery.atlas;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orrery.report.Card;
import orrery.report.Numbers;
import orrery.report.ParameterTable;

/** What the components ask for, as nested maps and lists. */
final class SiteData {
    private SiteData() {}

    /** All models in short, and what may be chosen. */
    static Map<String, Object> catalog(List<Entry> entries) {
        var data = new LinkedHashMap<String, Object>();
        data.put("models", entries.stream().map(SiteData::summary).toList());
        data.put("choices", CurveData.choices());
        return data;
    }

    private static Map<String, Object> summary(Entry entry) {
        var spec = entry.spec();
        var data = new LinkedHashMap<String, Object>();
        data.put("name", entry.name());
        data.put("family", entry.family());
        data.put("hub", entry.release().hubId());
        entry.released().ifPresent(date -> data.put("released", date.toString()));
        data.put("total", spec.parameters());
        data.put("active", spec.activeParameters());
        data.put("cache", spec.cacheElementsPerToken());
        data.put("context", spec.maxPositions());
        data.put("sparse", entry.sparse());
        data.put("layers", entry.layers());
        return data;
    }

    /** One model in full. */
    static Map<String, Object> model(Entry entry, String drawing) {
        var data = summary(entry);
        data.put("rows", rows(entry));
        data.put("drawing", drawing);
        data.put("curves", CurveData.of(entry.spec()));
        return data;
    }

    private static List<Object> rows(Entry entry) {
        var rows = new ArrayList<Object>();
        Reckoning.headline(entry.spec()).forEach(one -> rows.add(row("In figures", one)));
        for (var section : Card.of(entry.spec(), entry.family(), List.of()).sections()) {
            section.facts().forEach(fact -> rows.add(row(section.heading(), fact.label(), fact.text(), "")));
        }
        for (var row : ParameterTable.of(entry.spec()).rows()) {
            rows.add(row("Parameters", row.part().title(), Numbers.exact(row.total()), ""));
        }
        return rows;
    }

    private static Map<String, Object> row(String group, Reckoning reckoning) {
        return row(group, reckoning.label(), reckoning.value(), reckoning.formula());
    }

    private static Map<String, Object> row(String group, String label, String text, String formula) {
        var data = new LinkedHashMap<String, Object>();
        data.put("group", group);
        data.put("label", label);
        data.put("text", text);
        if (!formula.isEmpty()) {
            data.put("formula", formula);
        }
        return data;
    }
}
