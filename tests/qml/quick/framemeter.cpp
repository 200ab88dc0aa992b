// SPDX-License-Identifier: MIT
#include "qml/quick/framemeter.h"

#include <QQuickItem>

#include <algorithm>

namespace Tidegate::Console {

void FrameMeter::start(QQuickItem *item)
{
    if (m_window)
        m_window->disconnect(this);
    m_frameUs.clear();
    m_window = item->window();
    connect(m_window, &QQuickWindow::afterAnimating, this, [this] { m_timer.start(); });
    connect(m_window, &QQuickWindow::afterRendering, this, [this] {
        if (m_timer.isValid())
            m_frameUs.push_back(m_timer.nsecsElapsed() / 1000);
    });
}

double FrameMeter::percentile(double percent) const
{
    if (m_frameUs.empty())
        return 0;
    std::vector<qint64> sorted = m_frameUs;
    std::sort(sorted.begin(), sorted.end());
    const size_t last = sorted.size() - 1;
    return double(sorted[std::min(last, size_t(double(sorted.size()) * percent / 100))]) / 1000;
}

void FrameMeter::report(const QString &title) const
{
    qInfo("%s: %d frames, median %.1f ms, 95%% %.1f ms, longest %.1f ms", qPrintable(title), frames(), percentile(50),
          percentile(95), percentile(100));
}

} // namespace Tidegate::Console
