// SPDX-License-Identifier: MIT
#include "support/virtualdisplay.h"

#include "support/waiting.h"

namespace Tidegate {

VirtualDisplay::~VirtualDisplay()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.terminate();
    if (!m_process.waitForFinished(WaitMs))
        m_process.kill();
}

bool VirtualDisplay::start()
{
    // With -displayfd the server itself picks a free number, and writes it when it accepts clients.
    m_process.setStandardErrorFile(QProcess::nullDevice());
    m_process.start(QStringLiteral("Xvfb"),
                    {QStringLiteral("-displayfd"), QStringLiteral("1"), QStringLiteral("-screen"), QStringLiteral("0"),
                     QStringLiteral("1600x1000x24"), QStringLiteral("-nolisten"), QStringLiteral("tcp")},
                    QIODevice::ReadOnly);
    QByteArray number;
    while (!number.contains('\n')) {
        if (!m_process.waitForReadyRead(WaitMs))
            return false;
        number += m_process.readAllStandardOutput();
    }
    qputenv("DISPLAY", ':' + number.trimmed());
    qputenv("QT_QPA_PLATFORM", "xcb");
    return true;
}

} // namespace Tidegate
