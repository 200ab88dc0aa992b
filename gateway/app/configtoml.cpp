// SPDX-License-Identifier: MIT
#include "app/configtoml.h"

#include "app/configsuggest.h"

#include <QFile>

#include <toml++/toml.h>

#include <algorithm>

namespace Tidegate {

namespace {

constexpr qint64 MaxFileBytes = 1024 * 1024;

QString qstring(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

std::optional<QVariant> listValue(const toml::array &array)
{
    QStringList items;
    for (const toml::node &item : array) {
        if (!item.is_string())
            return std::nullopt;
        items.append(qstring(item.as_string()->get()));
    }
    return QVariant(items);
}

//! Text values, or tables of text values when \p depth allows.
std::optional<QVariant> tableValue(const toml::table &table, int depth)
{
    QVariantMap entries;
    for (const auto &[key, node] : table) {
        QVariant entry;
        if (node.is_string()) {
            entry = qstring(node.as_string()->get());
        } else if (node.is_table() && depth > 0) {
            const auto inner = tableValue(*node.as_table(), depth - 1);
            if (!inner)
                return std::nullopt;
            entry = *inner;
        } else {
            return std::nullopt;
        }
        entries.insert(qstring(key.str()), entry);
    }
    return QVariant(entries);
}

std::optional<QVariant> nodeValue(ValueShape shape, const toml::node &node)
{
    if (shape == ValueShape::Boolean && node.is_boolean())
        return QVariant(node.as_boolean()->get());
    if ((shape == ValueShape::Integer || shape == ValueShape::Quantity) && node.is_integer())
        return QVariant(qint64(node.as_integer()->get()));
    if ((shape == ValueShape::Text || shape == ValueShape::Quantity) && node.is_string())
        return QVariant(qstring(node.as_string()->get()));
    if (shape == ValueShape::List && node.is_array())
        return listValue(*node.as_array());
    if (shape == ValueShape::Table && node.is_table())
        return tableValue(*node.as_table(), 1);
    return std::nullopt;
}

QString typeName(const toml::node &node)
{
    switch (node.type()) {
    case toml::node_type::string:
        return QStringLiteral("text");
    case toml::node_type::integer:
    case toml::node_type::floating_point:
        return QStringLiteral("a number");
    case toml::node_type::boolean:
        return QStringLiteral("a boolean");
    case toml::node_type::array:
        return QStringLiteral("an array");
    case toml::node_type::table:
        return QStringLiteral("a table");
    default:
        return QStringLiteral("a date or time");
    }
}

//! Scalars as the person wrote them, so that the message can be recognised; else what kind of thing it is.
QString givenText(const toml::node &node)
{
    if (node.is_string())
        return u'"' + qstring(node.as_string()->get()) + u'"';
    if (node.is_integer())
        return QString::number(node.as_integer()->get());
    if (node.is_boolean())
        return node.as_boolean()->get() ? QStringLiteral("true") : QStringLiteral("false");
    return typeName(node);
}

struct TomlItem
{
    QString key;
    const toml::node *node;
};

//! The parser sorts by name; problems are listed as they stand in the file.
std::vector<TomlItem> inFileOrder(const toml::table &table)
{
    std::vector<TomlItem> items;
    for (const auto &[key, node] : table)
        items.push_back({qstring(key.str()), &node});
    std::stable_sort(items.begin(), items.end(), [](const TomlItem &a, const TomlItem &b) {
        return a.node->source().begin.line < b.node->source().begin.line;
    });
    return items;
}

class TomlReader
{
public:
    TomlReader(ConfigBuilder &builder, const QString &path)
        : m_builder(builder)
        , m_path(path)
    {
    }

    void read(const toml::table &root)
    {
        for (const auto &[section, node] : inFileOrder(root)) {
            if (!sectionNames().contains(section))
                refuseUnknown(section, node->is_table() ? sectionNames() : settingNames({}), *node);
            else if (!node->is_table())
                m_builder.refuse(place(*node), QStringLiteral("%1: expected a section [%1]").arg(section));
            else
                readSection(section, *node->as_table());
        }
    }

    QString place(const toml::node &node) const { return place(node.source()); }
    QString place(const toml::source_region &region) const
    {
        return m_path + u':' + QString::number(region.begin.line);
    }

private:
    void readSection(const QString &section, const toml::table &table)
    {
        for (const auto &[key, node] : inFileOrder(table)) {
            const QString name = section + u'.' + key;
            const Setting *setting = findSetting(name.toUtf8());
            if (!setting)
                refuseUnknown(name, settingNames(section), *node);
            else if (const auto value = nodeValue(setting->shape, *node))
                m_builder.setValue(*setting, *value, place(*node));
            else
                m_builder.refuseValue(*setting, givenText(*node), place(*node));
        }
    }

    //! The same name in another section is the second guess: people remember the last word.
    void refuseUnknown(const QString &name, const QStringList &candidates, const toml::node &node)
    {
        QString suggestion = nearestName(name, candidates);
        const QString lastWord = name.mid(name.lastIndexOf(u'.') + 1);
        for (const Setting &setting : settings()) {
            if (suggestion.isEmpty() && !node.is_table() &&
                !nearestName(lastWord, {QString::fromLatin1(setting.name())}).isEmpty())
                suggestion = QString::fromLatin1(setting.key);
        }
        const QString what = node.is_table() ? QStringLiteral("section") : QStringLiteral("setting");
        m_builder.refuse(place(node), QStringLiteral("%1: unknown %2%3").arg(name, what, didYouMean(suggestion)));
    }

    static QStringList sectionNames()
    {
        QStringList names;
        for (const Setting &setting : settings()) {
            const QString section = QString::fromLatin1(setting.section());
            if (names.isEmpty() || names.constLast() != section)
                names.append(section);
        }
        return names;
    }

    //! Of one section, or of all when \p section is empty.
    static QStringList settingNames(const QString &section)
    {
        QStringList names;
        for (const Setting &setting : settings()) {
            if (section.isEmpty() || section == QString::fromLatin1(setting.section()))
                names.append(QString::fromLatin1(setting.key));
        }
        return names;
    }

    ConfigBuilder &m_builder;
    const QString m_path;
};

} // namespace

void readToml(ConfigBuilder &builder, const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        builder.refuse(path, QStringLiteral("cannot be read: %1").arg(file.errorString()));
        return;
    }
    const QByteArray content = file.read(MaxFileBytes + 1);
    if (content.size() > MaxFileBytes) {
        builder.refuse(path, QStringLiteral("is larger than 1 MiB"));
        return;
    }
    const std::string_view document(content.constData(), static_cast<std::size_t>(content.size()));
    const toml::parse_result parsed = toml::parse(document);
    TomlReader reader(builder, path);
    if (parsed)
        reader.read(parsed.table());
    else
        builder.refuse(reader.place(parsed.error().source()), qstring(parsed.error().description()));
}

} // namespace Tidegate
