// SPDX-License-Identifier: MIT
#include "app/clitable.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>

namespace Tidegate {

using namespace Qt::StringLiterals;
using Admin::Column;
using Admin::ColumnType;

namespace {

constexpr qsizetype MaxCellChars = 48; //!< in tables; JSON and CSV cut nothing

QString plainText(const QJsonValue &value)
{
    if (value.isNull() || value.isUndefined())
        return {};
    if (value.isBool())
        return value.toBool() ? u"yes"_s : u"no"_s;
    if (value.isDouble()) {
        const double number = value.toDouble();
        return number == double(value.toInteger()) ? QString::number(value.toInteger())
                                                   : QString::number(number, 'f', 2);
    }
    if (value.isString())
        return value.toString();
    const QJsonDocument document = value.isArray() ? QJsonDocument(value.toArray()) : QJsonDocument(value.toObject());
    return QString::fromUtf8(document.toJson(QJsonDocument::Compact));
}

//! For people: times in UTC, and nothing that could steer a terminal, since clients choose many of these texts.
QString shownText(const Column &column, const QJsonValue &value)
{
    if (column.type == ColumnType::TimeMs && value.isDouble())
        return QDateTime::fromMSecsSinceEpoch(value.toInteger(), Qt::UTC).toString(u"yyyy-MM-dd HH:mm:ss.zzz"_s);
    QString text = plainText(value);
    for (QChar &c : text) {
        if (!c.isPrint())
            c = u'?';
    }
    return text;
}

QString csvField(const QString &text)
{
    if (!text.contains(u',') && !text.contains(u'"') && !text.contains(u'\n') && !text.contains(u'\r'))
        return text;
    return u'"' + QString(text).replace(u'"', u"\"\""_s) + u'"';
}

QByteArray asCsv(const Admin::Resource &resource, const QList<QJsonObject> &rows)
{
    QStringList lines;
    QStringList names;
    for (const Column &column : resource.columns)
        names.append(csvField(column.name));
    lines.append(names.join(u','));
    for (const QJsonObject &row : rows) {
        QStringList fields;
        for (const Column &column : resource.columns)
            fields.append(csvField(plainText(row[column.name])));
        lines.append(fields.join(u','));
    }
    return lines.join(u"\r\n"_s).toUtf8() + "\r\n";
}

QByteArray asTable(const Admin::Resource &resource, const QList<QJsonObject> &rows)
{
    QList<QStringList> columns;
    for (const Column &column : resource.columns) {
        QStringList cells{column.name};
        bool isKnown = false;
        for (const QJsonObject &row : rows) {
            const QString cell = shownText(column, row[column.name]);
            isKnown = isKnown || !cell.isEmpty();
            cells.append(cell.size() > MaxCellChars ? cell.left(MaxCellChars - 1) + u'…' : cell);
        }
        if (isKnown)
            columns.append(cells);
    }
    QString text;
    for (qsizetype line = 0; line <= rows.size() && !columns.isEmpty(); ++line) {
        QString shown;
        for (const QStringList &cells : std::as_const(columns)) {
            qsizetype width = 0;
            for (const QString &cell : cells)
                width = std::max(width, cell.size());
            shown += cells[line].leftJustified(width + 2);
        }
        text += shown.trimmed() + u'\n';
    }
    return text.toUtf8();
}

} // namespace

QByteArray rowsAsText(const Admin::Resource &resource, const QList<QJsonObject> &rows, RowFormat format)
{
    switch (format) {
    case RowFormat::Csv:
        return asCsv(resource, rows);
    case RowFormat::Table:
        return asTable(resource, rows);
    case RowFormat::Json:
        break;
    }
    QJsonArray json;
    for (const QJsonObject &row : rows)
        json.append(row);
    return QJsonDocument(json).toJson(QJsonDocument::Indented);
}

QByteArray rowAsText(const Admin::Resource &resource, const QJsonObject &row, RowFormat format)
{
    if (format == RowFormat::Csv)
        return asCsv(resource, {row});
    if (format == RowFormat::Json)
        return QJsonDocument(row).toJson(QJsonDocument::Indented);
    qsizetype width = 0;
    for (const Column &column : resource.columns)
        width = std::max(width, column.name.size());
    QString text;
    for (const Column &column : resource.columns) {
        if (const QString shown = shownText(column, row[column.name]); !shown.isEmpty())
            text += column.name.leftJustified(width + 2) + shown + u'\n';
    }
    return text.toUtf8();
}

} // namespace Tidegate
