// A phone says where it is, if whoever holds it permits; the form goes without it all the same.
(() => {
  'use strict';

  const form = document.querySelector('form[data-place]');
  if (!form || !navigator.geolocation) return;
  const write = (name, degrees) => {
    form.elements[name].value = Math.round(degrees * 1e6);
  };
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      write('latitude', coords.latitude);
      write('longitude', coords.longitude);
    },
    () => {},
    { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 },
  );
})();
