// SPDX-License-Identifier: MIT
#pragma once

#include <QRect>
#include <QString>

class QSettings;
class QWindow;

namespace Tidegate::Desktop {

//! Where a window was when it was last seen, by its name. GUI thread.
class WindowState
{
public:
    //! \p settings outlive the object.
    WindowState(QSettings &settings, const QString &name);

    //! Before \p window is shown: size and place if a screen still shows them, and whether it was maximised.
    void restore(QWindow &window) const;
    void save(const QWindow &window) const;

private:
    QSettings &m_settings;
    const QString m_group;
};

} // namespace Tidegate::Desktop
