// SPDX-License-Identifier: MIT
#include "qml/drawing/glyphshapes.h"

#include <QDirIterator>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

using namespace Tidegate::Console;
using namespace Qt::StringLiterals;

class TestGlyphs : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyGlyphStaysOnItsGrid();
    void everyGlyphThatIsNamedExists();
};

void TestGlyphs::everyGlyphStaysOnItsGrid()
{
    for (const QString &name : glyphNames()) {
        QVERIFY(!glyphShapes(name).isEmpty());
        for (const GlyphShape &shape : glyphShapes(name)) {
            for (const QPointF &point : shape.points)
                QVERIFY2(point.x() >= 0.5 && point.y() >= 0.5 && point.x() <= 15.5 && point.y() <= 15.5,
                         qPrintable(name));
        }
    }
}

//! A misspelt name draws nothing, which nobody would see in a test of the page.
void TestGlyphs::everyGlyphThatIsNamedExists()
{
    static const QRegularExpression Assigned(u"\\b(?:glyph|emptyGlyph|name): \"([a-z]+)\""_s);
    QSet<QString> named;
    QDirIterator files(QStringLiteral(TIDEGATE_SOURCE_DIR "/qml"), {u"*.qml"_s}, QDir::Files,
                       QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString text = QString::fromUtf8(file.readAll());
        for (auto match = Assigned.globalMatch(text); match.hasNext();)
            named.insert(match.next().captured(1));
    }
    // Pages, statistics and columns have names as well.
    named -= {u"connections"_s, u"channels"_s, u"deliveries"_s};
    QVERIFY(named.size() > 20);
    for (const QString &name : std::as_const(named))
        QVERIFY2(glyphNames().contains(name), qPrintable(name));
}

QTEST_GUILESS_MAIN(TestGlyphs)
#include "tst_glyphs.moc"
