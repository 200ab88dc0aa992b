// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <QUrl>

namespace Tidegate {

//! The base URL of a backend as configured: http or https, a host, perhaps a path; one trailing slash is taken off.
//! The error names the setting (backend.url) and never repeats a password.
Result<QUrl> parseBackendUrl(const QString &text);

//! \p base plus \p path, which starts with a slash and is percent-encoded already.
QUrl backendUrl(const QUrl &base, const QByteArray &path);

} // namespace Tidegate
