// SPDX-License-Identifier: MIT
#include "qml/models/rowexport.h"

#include "qml/models/format.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace Tidegate::Console {

using namespace Qt::StringLiterals;

namespace {

QString csvField(QString text, bool isText)
{
    if (isText && !text.isEmpty() && u"=+-@\t\r"_s.contains(text.front()))
        text.prepend(u'\'');
    const bool isPlain = !text.contains(u'"') && !text.contains(u',') && !text.contains(u'\n') && !text.contains(u'\r');
    return isPlain ? text : u'"' + text.replace(u'"', u"\"\""_s) + u'"';
}

} // namespace

QString rowsAsJson(const QList<const QJsonObject *> &rows)
{
    if (rows.size() == 1)
        return QString::fromUtf8(QJsonDocument(*rows.front()).toJson());
    QJsonArray array;
    for (const QJsonObject *row : rows)
        array.append(*row);
    return QString::fromUtf8(QJsonDocument(array).toJson());
}

QString rowsAsCsv(const QList<Admin::Column> &columns, const QList<const QJsonObject *> &rows)
{
    QStringList fields;
    for (const Admin::Column &column : columns)
        fields.append(csvField(column.name, true));
    QString text = fields.join(u',') + u"\r\n"_s;
    for (const QJsonObject *row : rows) {
        fields.clear();
        for (const Admin::Column &column : columns) {
            const QJsonValue value = row->value(column.name);
            fields.append(csvField(Format::jsonText(value, false), !value.isDouble()));
        }
        text += fields.join(u',') + u"\r\n"_s;
    }
    return text;
}

} // namespace Tidegate::Console
