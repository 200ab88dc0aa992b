// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <QObject>
#include <QVariantMap>

#include <memory>

class QQmlEngine;

namespace Tidegate::Desktop {

//! Makes \p type of the module Tidegate.Shell with \p properties. Errors name the QML file and line. GUI thread.
Result<std::unique_ptr<QObject>> makeViewObject(QQmlEngine &engine, const QString &type, const QVariantMap &properties);

} // namespace Tidegate::Desktop
