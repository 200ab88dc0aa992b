// SPDX-License-Identifier: MIT
#include "qml/drawing/glyphshapes.h"

#include <QHash>
#include <QStringList>

#include <cmath>
#include <numbers>

namespace Tidegate::Console {

using namespace Qt::StringLiterals;

namespace {

// Shapes are divided by ";". "x,y x,y": a line; "z" at its end closes it. "o x,y r": a circle. "d x,y r": a dot.
// "a x,y r from to": an arc in degrees, clockwise from the right. "w x,y w h n": n waves of height h over width w.
struct Entry
{
    const char *name;
    const char *shapes;
};

constexpr Entry Table[] = {
    {"now", "1.5,9 4.5,9 6.5,3.5 9.5,13 11.5,7 12.5,9 14.5,9"},
    {"links", "o 4,8 2.3;o 12.2,3.8 1.8;o 12.2,12.2 1.8;6.1,7 10.5,4.7;6.1,9 10.5,11.3"},
    {"streams", "w 1.5,4.2 13 1.6 2;w 1.5,8.2 13 1.6 2;w 1.5,12.2 13 1.6 2"},
    {"intents", "14,2 1.8,6.6 7,9 9.4,14.2 z;14,2 7,9"},
    {"log", "2,3.5 14,3.5;2,8 14,8;2,12.5 9.5,12.5"},
    {"policy", "8,1.6 13.6,3.6 13.6,8 12.4,11 8,14.4 3.6,11 2.4,8 2.4,3.6 z;5.4,7.8 7.4,9.8 10.8,6"},
    {"config", "1.5,4.5 8.2,4.5;o 10.2,4.5 2;12.2,4.5 14.5,4.5;1.5,11.5 3.8,11.5;o 5.8,11.5 2;7.8,11.5 14.5,11.5"},
    {"gate", "2,14.5 2,4 8,1.5 14,4 14,14.5;w 2,8 12 1.5 2;w 2,12 12 1.5 2"},
    {"search", "o 6.8,6.8 4.6;10.2,10.2 14.2,14.2"},
    {"close", "3.5,3.5 12.5,12.5;12.5,3.5 3.5,12.5"},
    {"right", "6,3 11,8 6,13"},
    {"left", "10,3 5,8 10,13"},
    {"down", "3,6 8,11 13,6"},
    {"up", "3,10 8,5 13,10"},
    {"pause", "5.2,3 5.2,13;10.8,3 10.8,13"},
    {"play", "4.5,2.8 12.8,8 4.5,13.2 z"},
    {"more", "d 3.2,8 1.2;d 8,8 1.2;d 12.8,8 1.2"},
    {"copy", "5.5,5.5 13.5,5.5 13.5,13.5 5.5,13.5 z;10.5,5.5 10.5,2.5 2.5,2.5 2.5,10.5 5.5,10.5"},
    {"check", "2.8,8.6 6.4,12 13.2,4.4"},
    {"warning", "8,2 14.6,13.6 1.4,13.6 z;8,6.2 8,9.8;d 8,11.7 0.8"},
    {"info", "o 8,8 6.2;8,7.4 8,11.2;d 8,5 0.8"},
    {"refresh", "a 8,8 5.4 -50 220;11.6,1.4 11.6,4.4 14.6,4.4"},
    {"columns", "2,3 14,3 14,13 2,13 z;6,3 6,13;10,3 10,13"},
    {"sun", "o 8,8 3;8,1.2 8,2.8;8,13.2 8,14.8;1.2,8 2.8,8;13.2,8 14.8,8;3.2,3.2 4.3,4.3;11.7,11.7 12.8,12.8;"
            "12.8,3.2 11.7,4.3;4.3,11.7 3.2,12.8"},
    {"moon", "a 8,8 6 -20 250;a 11.6,4.2 5.2 62 208"},
    {"auto", "o 8,8 6;8,2 8,14;d 5.4,8 1.4"},
    {"server", "2,2.5 14,2.5 14,7 2,7 z;2,9 14,9 14,13.5 2,13.5 z;d 4.8,4.75 0.8;d 4.8,11.25 0.8"},
    {"key", "o 5,11 2.8;7,9 13.6,2.4;11,5 13.2,7.2"},
    {"user", "o 8,5.2 2.9;a 8,14.6 5.2 190 350"},
    {"filter", "2,3 14,3 9.6,8.4 9.6,13.4 6.4,12 6.4,8.4 z"},
    {"pin", "8,14.5 8,10;4,10 12,10;5.2,10 6,5 5,2 11,2 10,5 10.8,10"},
    {"help", "o 8,8 6.2;a 8,6.4 1.9 180 405;9.3,7.8 8,9.2;d 8,11.4 0.8"},
    {"kick", "9.5,2.5 2.5,2.5 2.5,13.5 9.5,13.5;6,8 14,8;11,5 14,8 11,11"},
    {"clock", "o 8,8 6.2;8,4.4 8,8 10.6,9.6"},
    {"diff", "2,2.5 6.8,2.5 6.8,13.5 2,13.5 z;9.2,2.5 14,2.5 14,13.5 9.2,13.5 z;10.4,8 12.8,8"},
    {"theme", "o 8,8 6;8,2 8,14;8.9,4 11,4;8.9,6.7 13,6.7;8.9,9.3 13,9.3;8.9,12 11,12"},
    {"palette", "2,3 14,3 14,13 2,13 z;4.4,6 6.4,8 4.4,10;8,10 11.4,10"},
    {"stop", "o 8,8 6.2;3.7,3.7 12.3,12.3"},
};

qreal radians(qreal degrees)
{
    return degrees * std::numbers::pi / 180;
}

QPointF pointOf(const QString &text)
{
    return {text.section(u',', 0, 0).toDouble(), text.section(u',', 1, 1).toDouble()};
}

GlyphShape arc(const QPointF &center, qreal radius, qreal from, qreal to)
{
    constexpr qreal Step = 12;
    GlyphShape shape;
    const int steps = std::max(2, int(std::ceil((to - from) / Step)));
    for (int i = 0; i <= steps; ++i) {
        const qreal angle = radians(from + (to - from) * i / steps);
        shape.points.append(center + QPointF(std::cos(angle), std::sin(angle)) * radius);
    }
    return shape;
}

GlyphShape circle(const QPointF &center, qreal radius)
{
    GlyphShape shape = arc(center, radius, 0, 360);
    shape.points.removeLast();
    shape.isClosed = true;
    return shape;
}

GlyphShape waves(const QPointF &start, qreal width, qreal height, int count)
{
    constexpr int StepsPerWave = 12;
    GlyphShape shape;
    for (int i = 0; i <= count * StepsPerWave; ++i) {
        const qreal angle = radians(360.0 * i / StepsPerWave);
        shape.points.append(start + QPointF(width * i / (count * StepsPerWave), -height * std::sin(angle)));
    }
    return shape;
}

GlyphShape line(QStringList words)
{
    GlyphShape shape;
    if (words.last() == u"z"_s) {
        shape.isClosed = true;
        words.removeLast();
    }
    for (const QString &word : words)
        shape.points.append(pointOf(word));
    return shape;
}

GlyphShape shapeOf(const QString &text)
{
    const QStringList words = text.split(u' ');
    const QPointF at = words.size() > 1 ? pointOf(words[1]) : QPointF();
    const auto number = [&words](qsizetype i) { return words[i].toDouble(); };
    if (words[0] == u"o"_s)
        return circle(at, number(2));
    if (words[0] == u"d"_s)
        return {{at}, false, number(2)};
    if (words[0] == u"a"_s)
        return arc(at, number(2), number(3), number(4));
    if (words[0] == u"w"_s)
        return waves(at, number(2), number(3), words[4].toInt());
    return line(words);
}

QHash<QString, QList<GlyphShape>> readTable()
{
    QHash<QString, QList<GlyphShape>> glyphs;
    for (const Entry &entry : Table) {
        QList<GlyphShape> &shapes = glyphs[QString::fromLatin1(entry.name)];
        const QStringList texts = QString::fromLatin1(entry.shapes).split(u';');
        for (const QString &text : texts)
            shapes.append(shapeOf(text));
    }
    return glyphs;
}

const QHash<QString, QList<GlyphShape>> &glyphs()
{
    static const QHash<QString, QList<GlyphShape>> Glyphs = readTable();
    return Glyphs;
}

} // namespace

const QList<GlyphShape> &glyphShapes(const QString &name)
{
    static const QList<GlyphShape> None;
    const auto found = glyphs().constFind(name);
    return found == glyphs().constEnd() ? None : *found;
}

QStringList glyphNames()
{
    return glyphs().keys();
}

} // namespace Tidegate::Console
