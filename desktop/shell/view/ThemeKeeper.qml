// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! Between the theme all windows share and what is remembered of it.
QtObject {
    id: keeper

    required property Preferences preferences
    readonly property Connections watch: Connections {
        target: Theme

        function onModeChanged() { keeper.preferences.themeMode = Theme.mode }
    }

    Component.onCompleted: Theme.mode = preferences.themeMode
}
