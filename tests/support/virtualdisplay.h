// SPDX-License-Identifier: MIT
#pragma once

#include <QProcess>

namespace Tidegate {

//! An X server without a screen (Xvfb, from Debian) for programs with windows; it ends with this object.
class VirtualDisplay
{
public:
    VirtualDisplay() = default;
    ~VirtualDisplay();
    Q_DISABLE_COPY_MOVE(VirtualDisplay)

    //! Waits until it can be connected to and names it in DISPLAY and QT_QPA_PLATFORM: call before QGuiApplication is
    //! made. False if there is no Xvfb here or it did not start.
    bool start();

private:
    QProcess m_process;
};

} // namespace Tidegate
