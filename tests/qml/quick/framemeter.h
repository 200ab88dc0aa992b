// SPDX-License-Identifier: MIT
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QPointer>
#include <QQuickWindow>

#include <vector>

namespace Tidegate::Console {

//! What the frames of a window cost: from the polishing of its items to the finished picture, on the GUI thread (the
//! software renderer draws there).
class FrameMeter : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    //! Starts anew with the window of \p item.
    Q_INVOKABLE void start(QQuickItem *item);
    Q_INVOKABLE int frames() const { return int(m_frameUs.size()); }
    //! Milliseconds that \p percent of the frames did not take longer than.
    Q_INVOKABLE double percentile(double percent) const;
    Q_INVOKABLE void report(const QString &title) const;

private:
    QPointer<QQuickWindow> m_window;
    QElapsedTimer m_timer;
    std::vector<qint64> m_frameUs;
};

} // namespace Tidegate::Console
