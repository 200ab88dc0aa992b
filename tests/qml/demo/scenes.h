// SPDX-License-Identifier: MIT
#pragma once

#include "support/scripted/scriptedadminport.h"

#include <QQuickView>

namespace Tidegate::Console {

//! What the pictures show: each scene is a page, and what to do there first (Scenes.qml).
class Scenes
{
public:
    Scenes(QQuickView &view, Admin::ScriptedAdminPort &port);

    //! Folder/<scene>-<theme>.png; of every scene if \p only is empty. False if there is no such scene or a picture
    //! could not be written.
    bool takePictures(const QString &folder, const QStringList &only);

private:
    bool takePicture(const QString &file);
    void settle(int ms);

    QQuickView &m_view;
    Admin::ScriptedAdminPort &m_port;
};

} // namespace Tidegate::Console
