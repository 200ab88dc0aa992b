// SPDX-License-Identifier: MIT
#include "qml/quick/layoutproblems.h"

#include <QQuickItem>
#include <QRectF>

namespace Tidegate::Console {

using namespace Qt::StringLiterals;

namespace {

//! Glyphs have room around them: a pixel more or less is not seen.
constexpr double Slack = 1.5;

struct Word
{
    const QQuickItem *item;
    QString text;
    QRectF full;             //!< where it is drawn, in the scene
    QRectF seen;             //!< what of it is not cut by a clipping parent
    const QQuickItem *layer; //!< popups and drawers lie over everything on purpose
};

bool isText(const QQuickItem &item)
{
    return item.inherits("QQuickText") || item.inherits("QQuickTextEdit") || item.inherits("QQuickTextInput");
}

//! Where the glyphs are, which may be less or more than the item.
QRectF glyphs(const QQuickItem &item)
{
    const double width = item.property("contentWidth").toDouble();
    const double height = item.property("contentHeight").toDouble();
    const int horizontal = item.property("horizontalAlignment").toInt();
    const int vertical = item.property("verticalAlignment").toInt();
    const double left = item.property("leftPadding").toDouble();
    const double top = item.property("topPadding").toDouble();
    const double roomX = item.width() - left - item.property("rightPadding").toDouble() - width;
    const double roomY = item.height() - top - item.property("bottomPadding").toDouble() - height;
    const double x = left + (horizontal == Qt::AlignRight ? roomX : horizontal == Qt::AlignHCenter ? roomX / 2 : 0);
    const double y = top + (vertical == Qt::AlignBottom ? roomY : vertical == Qt::AlignVCenter ? roomY / 2 : 0);
    return {x, y, width, height};
}

void collect(const QQuickItem &item, QRectF clip, const QQuickItem *layer, std::vector<Word> &words)
{
    if (!item.isVisible() || item.opacity() < 0.05)
        return;
    if (item.inherits("QQuickPopupItem") || item.z() >= 10)
        layer = &item;
    if (item.clip())
        clip &= item.mapRectToScene(item.boundingRect());
    if (isText(item)) {
        const QString text = item.property("text").toString().trimmed();
        const QRectF full = item.mapRectToScene(glyphs(item));
        const QRectF seen = full & clip;
        if (!text.isEmpty() && !seen.isEmpty())
            words.push_back({&item, text, full, seen, layer});
    }
    for (const QQuickItem *child : item.childItems())
        collect(*child, clip, layer, words);
}

bool isWithin(const QQuickItem *item, const QQuickItem *parent)
{
    for (; item; item = item->parentItem()) {
        if (item == parent)
            return true;
    }
    return false;
}

QString describe(const Word &word)
{
    return u"\"%1\" at %2,%3 %4x%5"_s.arg(word.text.left(40))
        .arg(int(word.full.x()))
        .arg(int(word.full.y()))
        .arg(int(word.full.width()))
        .arg(int(word.full.height()));
}

} // namespace

QStringList LayoutProblems::of(QQuickItem *root) const
{
    const QRectF bounds = root->mapRectToScene(root->boundingRect());
    std::vector<Word> words;
    collect(*root, bounds, nullptr, words);
    QStringList problems;
    for (size_t i = 0; i < words.size() && problems.size() < MaxLines; ++i) {
        const Word &word = words[i];
        if (!bounds.adjusted(-Slack, -Slack, Slack, Slack).contains(word.seen))
            problems.append(u"leaves the window: "_s + describe(word));
        // A text that is wider than its item, and nobody cuts it.
        if (word.full.width() > word.item->width() + Slack && word.item->property("elide").toInt() == Qt::ElideNone &&
            word.seen.width() < word.full.width() - Slack)
            problems.append(u"is cut off: "_s + describe(word));
        for (size_t k = i + 1; k < words.size() && problems.size() < MaxLines; ++k) {
            const Word &other = words[k];
            if (other.layer != word.layer || isWithin(other.item, word.item) || isWithin(word.item, other.item))
                continue;
            const QRectF common = word.seen & other.seen;
            if (common.width() > Slack && common.height() > 2 * Slack)
                problems.append(u"lies over another: %1 and %2"_s.arg(describe(word), describe(other)));
        }
    }
    return problems;
}

} // namespace Tidegate::Console
