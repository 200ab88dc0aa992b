// SPDX-License-Identifier: MIT
#include "transport/certificate.h"

#include <QProcess>

namespace Tidegate {

Certificate::Certificate()
{
    const QString command = QStringLiteral("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
                                           "-subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 "
                                           "-keyout %1 -out %2")
                                .arg(keyFile(), certificateFile());
    QProcess openssl;
    openssl.start(QStringLiteral("openssl"), command.split(u' '));
    m_isValid = openssl.waitForFinished() && openssl.exitStatus() == QProcess::NormalExit && openssl.exitCode() == 0;
}

} // namespace Tidegate
