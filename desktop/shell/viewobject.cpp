// SPDX-License-Identifier: MIT
#include "desktop/shell/viewobject.h"

#include <QQmlComponent>
#include <QQmlEngine>

namespace Tidegate::Desktop {

Result<std::unique_ptr<QObject>> makeViewObject(QQmlEngine &engine, const QString &type, const QVariantMap &properties)
{
    QQmlComponent component(&engine,
                            QUrl(QStringLiteral("qrc:/qt-project.org/imports/Tidegate/Shell/%1.qml").arg(type)));
    // Qt 6.4 crashes when a component with errors is asked for an object.
    std::unique_ptr<QObject> object(component.isReady() ? component.createWithInitialProperties(properties) : nullptr);
    if (!object)
        return Error{ErrorCode::Internal, component.errorString().trimmed()};
    return object;
}

} // namespace Tidegate::Desktop
