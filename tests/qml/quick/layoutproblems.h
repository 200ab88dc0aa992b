// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QStringList>

class QQuickItem;

namespace Tidegate::Console {

//! Finds what a person would see as broken: texts that lie over each other, and texts that leave what they stand in.
//! What is cut with an ellipsis on purpose, or scrolled out of view, is no problem.
class LayoutProblems : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    //! One line for each, at most MaxLines.
    Q_INVOKABLE QStringList of(QQuickItem *root) const;

private:
    static constexpr qsizetype MaxLines = 10;
};

} // namespace Tidegate::Console
