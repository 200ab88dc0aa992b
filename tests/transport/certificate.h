// SPDX-License-Identifier: MIT
#pragma once

#include <QTemporaryDir>

namespace Tidegate {

//! A fresh self-signed certificate and its key as PEM files, made by the openssl program.
class Certificate
{
public:
    Certificate();

    bool isValid() const { return m_isValid; }
    QString certificateFile() const { return m_dir.filePath(QStringLiteral("cert.pem")); }
    QString keyFile() const { return m_dir.filePath(QStringLiteral("key.pem")); }

private:
    QTemporaryDir m_dir;
    bool m_isValid = false;
};

} // namespace Tidegate
